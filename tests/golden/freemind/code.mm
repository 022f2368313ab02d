<map version="1.0.1">
<node ID="topic-1" TEXT="Code">
<richcontent TYPE="NOTE"><html><head></head><body><p>Inline <code>code</code>, with <code>a ` backtick</code>, with <code>&lt;b&gt;markup &amp; such&lt;/b&gt;</code>, and with <code> spaces </code>.</p><pre><code class="language-python">def greet(name: str) -&gt; str:
    """Says hello."""
    return f"Hello, {name}!"  # not a {{template}}
</code></pre><p>Without a language:</p><pre><code>plain text
	with a tab,

an empty line,
&lt;b&gt;markup &amp; such&lt;/b&gt;, \commands{} and a line that is much longer than a page is wide, so that something has to be done about it, whatever that is
</code></pre><p>Indented:</p><pre><code>four spaces

and again
</code></pre><p>With more after the language:</p><pre><code class="language-rust">fn main() {}
</code></pre><p>A language that nobody knows:</p><pre><code class="language-klingon">nuqneH
</code></pre><p>Fences in fences:</p><pre><code class="language-markdown">```
inner
```
</code></pre><p>With nothing in it:</p><pre><code></code></pre></body></html></richcontent>
</node>
</map>
