<map version="0.9.0">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node COLOR="#000000" CREATED="1124560950701" ID="Freemind_Link_1" MODIFIED="1124560950701" TEXT="A week&#xa;in the hills">
<font BOLD="true" NAME="SansSerif" SIZE="20"/>
<edge COLOR="#808080" STYLE="sharp_bezier" WIDTH="8"/>
<node CREATED="1124560950702" FOLDED="true" ID="Freemind_Link_2" POSITION="right" TEXT="Before we go">
<icon BUILTIN="calendar"/>
<icon BUILTIN="full-1"/>
<node ID="Freemind_Link_3" LINK="https://example.org/trains?from=a&amp;to=b" TEXT="Trains">
<font ITALIC="true" NAME="SansSerif" SIZE="12"/>
</node>
<node ID="Freemind_Link_4" TEXT="H&#xfc;tte reservieren">
<icon BUILTIN="button_ok"/>
<arrowlink COLOR="#b0b0b0" DESTINATION="Freemind_Link_7" ENDARROW="Default" ENDINCLINATION="10;0;" ID="Freemind_Arrow_Link_1" STARTARROW="None"/>
</node>
</node>
<node BACKGROUND_COLOR="#ccffcc" COLOR="#0033ff" ID="Freemind_Link_5" POSITION="left" STYLE="bubble" TEXT="On the way">
<edge COLOR="#ff0000" WIDTH="thin"/>
<cloud COLOR="#ffffcc"/>
<node ID="Freemind_Link_6">
<richcontent TYPE="NODE"><html>
  <head>
    
  </head>
  <body>
    <p>
      The path is <b>steep</b> and <i>wet</i>
    </p>
    <p>
      after rain
    </p>
  </body>
</html></richcontent>
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
    <p>
      Poles help.
    </p>
    <ul>
      <li>
        two for each
      </li>
    </ul>
  </body>
</html></richcontent>
</node>
<node ID="Freemind_Link_7" LINK="#Freemind_Link_2" TEXT="The hut">
<linktarget COLOR="#b0b0b0" DESTINATION="Freemind_Link_7" ENDARROW="Default" ID="Freemind_Arrow_Link_1" SOURCE="Freemind_Link_4" STARTARROW="None"/>
<attribute_layout NAME_WIDTH="40"/>
<attribute NAME="height" VALUE="1 840 m"/>
<attribute NAME="beds" VALUE="24"/>
<node TEXT="&lt;html&gt;&lt;b&gt;Bring&lt;/b&gt; a sleeping bag&lt;/html&gt;"/>
<node LINK="plans/hut.pdf" TEXT="Plan"><icon BUILTIN="my_own_icon"/></node>
</node>
</node>
</node>
</map>
