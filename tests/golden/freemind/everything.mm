<map version="1.0.1">
<node ID="topic-1" TEXT="Every kind of node">
<richcontent TYPE="NOTE"><html><head></head><body><p>What stands before the first heading.</p></body></html></richcontent>
<node ID="topic-2" TEXT="A section" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><p>A paragraph with <em>emphasis</em>, <strong>strong</strong>, <del>struck</del>, <code>code</code>, <code class="math">x^2</code>, a <a href="https://example.org/" title="Title">link</a>, an
image, a footnote<sup>[1]</sup>, a tag <kbd>K</kbd>, and a hard<br/>break.</p></body></html></richcontent>
<node ID="topic-3" TEXT="A section within">
<richcontent TYPE="NOTE"><html><head></head><body><ul><li>tight<ol><li>ordered</li></ol></li><li><input type="checkbox" checked="checked"/> done</li><li><input type="checkbox"/> open</li></ul><ol start="3"><li><p>loose</p></li><li><p>from three</p></li></ol><blockquote><p>A quote.</p><h3>A heading in a quote</h3></blockquote><div class="admonition warning"><p class="admonition-title">Warning</p><p>An admonition.</p></div><pre><code class="language-python">print("code")
</code></pre><table border="1"><thead><tr><th align="left">Left</th><th align="center">Centre</th><th align="right">Right</th><th>None</th></tr></thead><tbody><tr><td align="left">a</td><td align="center">b</td><td align="right">c</td><td>d</td></tr></tbody></table><hr/><p>A block of HTML.</p><p><code class="math display">\sum_{i=1}^n i = \frac{n(n+1)}{2}</code></p></body></html></richcontent>
</node>
</node>
<node ID="topic-4" TEXT="Footnotes" POSITION="left">
<richcontent TYPE="NOTE"><html><head></head><body><ol><li>A footnote.</li></ol></body></html></richcontent>
</node>
</node>
</map>
