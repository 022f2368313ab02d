<map version="1.0.1">
<node ID="0" TEXT="Document">
<node ID="1" TEXT="Plan of the year" POSITION="right">
<node ID="2" TEXT="Spring" BACKGROUND_COLOR="#ffeeaa" LINK="https://example.org/spring">
<arrowlink DESTINATION="3.ab" COLOR="#ff0000" MIDDLE_LABEL="then" STARTARROW="None" ENDARROW="Default"/>
<richcontent TYPE="NOTE"><html><head></head><body><p>Sow early.<br/>Water daily.</p></body></html></richcontent>
<node ID="5" TEXT="Carrots">
<node ID="7" TEXT="Orange ones">
<node ID="8" TEXT="Short">
</node>
<node ID="9" TEXT="Long">
</node>
</node>
</node>
<node ID="6" TEXT="Peas" FOLDED="true">
<richcontent TYPE="NOTE"><html><head></head><body><p>Done · rows: 4</p></body></html></richcontent>
</node>
</node>
<node ID="3.ab" TEXT="Summer">
<richcontent TYPE="NOTE"><html><head></head><body><p>The <strong>harvest</strong>:</p><ul><li>fruit</li><li>hay</li></ul></body></html></richcontent>
</node>
<node ID="10" TEXT="Autumn">
</node>
<node ID="4" TEXT="Winter">
<edge COLOR="#4466aa" DASH="DASHES"/>
</node>
</node>
<node ID="11" TEXT="Another root" POSITION="left">
</node>
</node>
</map>
