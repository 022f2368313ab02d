<map version="1.0.1">
<node ID="topic-1" TEXT="Links">
<richcontent TYPE="NOTE"><html><head></head><body><p>Plain <a href="https://example.org/">link</a>, one with a <a href="https://example.org/" title="The title">title</a>, one with
<a href="https://example.org/a_b?x=1&amp;y=2#part"><em>emphasis</em> and <code>code</code></a>, one by <a href="https://example.org/reference" title="By reference">reference</a>, <a href="https://example.org/with spaces">collapsed</a>, and <a href="https://example.org/shortcut">shortcut</a>.</p><p>In angle brackets: <a href="https://example.org/path">https://example.org/path</a>, <a href="mailto:someone@example.org">someone@example.org</a>.</p><p>Bare: <a href="https://example.org/">https://example.org/</a>, <a href="http://www.example.org/path_(with_parentheses)">www.example.org/path_(with_parentheses)</a>, (see <a href="https://example.org/a">https://example.org/a</a>), <a href="mailto:someone@example.org">someone@example.org</a>.</p><p>To a part of this document: <a href="#topic-2">the end</a>. To a file beside it: <a href="notes%20two.md">notes</a>. An empty one: <a href="">nowhere</a>.</p><p>Outside the web: <a href="mailto:someone@example.org">write</a>, <a href="tel:+4312345">call</a>. With other scripts:
<a href="https://ja.wikipedia.org/wiki/日本">日本</a>.</p><p>Not safe to follow: script, data.</p><p>A <a href="https://example.org/">link around an image</a>.</p></body></html></richcontent>
<node ID="topic-2" TEXT="The end" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><p>Back to <a href="#topic-1">the beginning</a>.</p></body></html></richcontent>
</node>
</node>
</map>
