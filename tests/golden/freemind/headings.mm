<map version="1.0.1">
<node ID="topic-1" TEXT="Document">
<richcontent TYPE="NOTE"><html><head></head><body><p>This stands before the first heading.</p></body></html></richcontent>
<node ID="topic-2" TEXT="A document with headings" POSITION="right">
<node ID="topic-3" TEXT="Second level">
<richcontent TYPE="NOTE"><html><head></head><body><p>Text below it.</p></body></html></richcontent>
<node ID="topic-4">
<richcontent TYPE="NODE"><html><head></head><body><p>Third level with <em>emphasis</em>, <code>code</code> and a <a href="https://example.org/">link</a></p></body></html></richcontent>
<node ID="topic-5" TEXT="Fourth level">
<node ID="topic-6" TEXT="Fifth level">
<node ID="topic-7" TEXT="Sixth level">
<richcontent TYPE="NOTE"><html><head></head><body><p>Below the sixth.</p></body></html></richcontent>
</node>
</node>
</node>
</node>
</node>
<node ID="topic-8" TEXT="Second level">
<richcontent TYPE="NOTE"><html><head></head><body><p>The same words again, so its id must differ.</p></body></html></richcontent>
<node ID="topic-9" TEXT="A level was skipped">
<richcontent TYPE="NOTE"><html><head></head><body><blockquote><h2>A heading inside a quote</h2><p>It opens no section.</p></blockquote><ul><li><h3>A heading inside a list</h3></li></ul></body></html></richcontent>
</node>
</node>
</node>
<node ID="topic-10" TEXT="Setext heading" POSITION="left">
<node ID="topic-11" TEXT="Another one">
</node>
<node ID="topic-12" TEXT="Überschrift – mit „Zeichen“ &amp; Co.">
</node>
<node ID="topic-13" TEXT="日本語の見出し">
</node>
<node ID="topic-14" TEXT="">
<richcontent TYPE="NOTE"><html><head></head><body><p>The heading above is empty.</p></body></html></richcontent>
</node>
</node>
</node>
</map>
