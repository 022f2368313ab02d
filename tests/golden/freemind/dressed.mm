<map version="1.0.1">
<node ID="topic-1" TEXT="What Markdown borrows">
<richcontent TYPE="NOTE"><html><head></head><body><p>Water is H<sub>2</sub>O, and 2<sup>10</sup> is 1024. Press <kbd>Ctrl</kbd>+<kbd>C</kbd>, and <mark>mark</mark> what
<u>was added</u>. An <abbr title="Application Programming Interface">API</abbr> of its own. 🎉 :not-an-emoji:</p><dl><dt>Term</dt><dd><p>What it means.</p></dd><dd><p>What else it means.</p></dd><dt>Another term</dt><dd><p>Several paragraphs</p><p>with a list:</p><ul><li>one</li><li>two</li></ul></dd></dl><details><summary>More, <strong>folded</strong></summary><p>Below the fold.</p><details open="open"><summary>And more</summary><ul><li>within</li></ul></details></details><pre><code class="language-mermaid">graph LR
  source --&gt; document --&gt; file
</code></pre></body></html></richcontent>
<node ID="topic-2" TEXT="With an id" POSITION="right">
<richcontent TYPE="NOTE"><html><head></head><body><p>A <a href="#topic-2">link to it</a>.</p></body></html></richcontent>
</node>
</node>
</map>
