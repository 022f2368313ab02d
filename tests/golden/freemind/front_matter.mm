<map version="1.0.1">
<node ID="0" TEXT="The title: with a colon">
<node ID="topic-1" TEXT="The first heading" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><p>The front matter is not part of the text.</p></body></html></richcontent>
</node>
</node>
</map>
