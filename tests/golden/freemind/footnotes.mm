<map version="1.0.1">
<node ID="topic-1" TEXT="Footnotes">
<richcontent TYPE="NOTE"><html><head></head><body><p>The second note comes first<sup>[1]</sup>, then the first<sup>[2]</sup>, and the second once more<sup>[1]</sup>.</p><p>A note<sup>[3]</sup> may hold several blocks. One that nobody wrote[^missing] stays as it is.</p><p>Within <em>emphasis<sup>[4]</sup></em> and in a table:</p><table border="1"><thead><tr><th>Word</th><th>Note</th></tr></thead><tbody><tr><td>cell</td><td>here<sup>[2]</sup></td></tr></tbody></table></body></html></richcontent>
<node ID="topic-2" TEXT="Footnotes" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><ol><li>The second note mentions another<sup>[5]</sup>.</li><li>The first note, with <code>code</code> and a <a href="https://example.org/">link</a>.</li><li>A long note.<p>It has a second paragraph.</p><ul><li>and a list</li><li>of two</li></ul><pre><code>and code
</code></pre></li><li>From within emphasis.</li><li>The third is only met in the second.</li><li>Nobody mentions this one.</li></ol></body></html></richcontent>
</node>
</node>
</map>
