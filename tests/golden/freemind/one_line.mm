<map version="1.0.1">
<node ID="topic-1" TEXT="Document">
<richcontent TYPE="NOTE"><html><head></head><body><p>One line.</p></body></html></richcontent>
</node>
</map>
