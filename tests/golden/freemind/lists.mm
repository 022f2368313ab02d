<map version="1.0.1">
<node ID="topic-1" TEXT="Lists">
<richcontent TYPE="NOTE"><html><head></head><body><p>Tight:</p><ul><li>one</li><li>two<ul><li>two and a half<ul><li>deeper<ol><li>numbered</li><li>below bullets</li></ol></li></ul></li></ul></li><li>three</li></ul><p>Loose:</p><ul><li><p>The first item has a paragraph.</p><p>And a second one.</p></li><li><p>The second item.</p><pre><code class="language-python">print("code in a list")
</code></pre><blockquote><p>A quote in a list.</p></blockquote></li></ul><p>Ordered, from seven:</p><ol start="7"><li>seven</li><li>eight</li><li>nine</li><li>ten</li></ol><p>Tasks:</p><ul><li><input type="checkbox" checked="checked"/> done</li><li><input type="checkbox"/> not yet<ul><li><input type="checkbox" checked="checked"/> a part of it</li></ul></li><li>no task at all</li></ul><p>Two lists that stand together:</p><ul><li>stars</li><li>stars</li></ul><ul><li>dashes</li></ul><p>An item with nothing in it:</p><ol><li>before</li><li></li><li>after</li></ol><ol><li>parentheses</li><li>count too</li></ol></body></html></richcontent>
</node>
</map>
