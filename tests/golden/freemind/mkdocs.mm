<map version="1.0.1">
<node ID="0" TEXT="For MkDocs">
<node ID="topic-1" TEXT="Admonitions" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><div class="admonition note"><p class="admonition-title">Note</p><p>A note in the document's language.</p></div><div class="admonition bug"><p class="admonition-title">A <em>titled</em> bug</p><p>It crawls.</p><div class="admonition tip"><p>Within it, one without a title.</p></div></div><details class="success"><summary>Folded</summary><p>Below the fold.</p></details><details class="danger" open="open"><summary>Danger</summary><p>Unfolded from the start.</p></details></body></html></richcontent>
</node>
<node ID="topic-2" TEXT="Tabs" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><div class="tabs"><details><summary>By hand</summary><p>With care.</p></details><details><summary>By machine</summary><pre><code class="language-python">def press(key):
    return key
</code></pre></details></div></body></html></richcontent>
</node>
<node ID="topic-3" TEXT="Words" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><p><mark>Marked</mark>, <u>inserted</u>, <del>struck</del>, H<sub>2</sub>O, 2<sup>10</sup>. Press <kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd>. 🎉</p><p>The <del>old</del><u>new</u> text, <del>one</del><u>another</u>, <mark>highlit</mark>.</p><p>The <abbr title="Hypertext Markup Language">HTML</abbr> standard, and <a href="https://example.org/">https://example.org/</a> by itself. Inline <code class="math">a_1</code> and</p><p><code class="math display">\sum_{i=1}^{n} i</code></p><dl><dt>Term</dt><dd><p>What it means.</p></dd></dl><ul><li><input type="checkbox" checked="checked"/> done</li><li><input type="checkbox"/> to do</li></ul><table border="1"><thead><tr><th align="left">left</th><th align="right">right</th></tr></thead><tbody><tr><td align="left">a</td><td align="right">b</td></tr></tbody></table><p>A paragraph with a class.</p><p>A note.<sup>[1]</sup></p></body></html></richcontent>
</node>
<node ID="topic-4" TEXT="Diagrams" POSITION="left">
<richcontent TYPE="NOTE"><html><head></head><body><pre><code class="language-mermaid">graph LR
  a --&gt; b
</code></pre><figure><p>Drawn by words.</p><figcaption>A caption</figcaption></figure></body></html></richcontent>
</node>
<node ID="topic-5" TEXT="Footnotes" POSITION="left">
<richcontent TYPE="NOTE"><html><head></head><body><ol><li>With its text.</li></ol></body></html></richcontent>
</node>
</node>
</map>
