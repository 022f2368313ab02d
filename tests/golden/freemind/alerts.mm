<map version="1.0.1">
<node ID="topic-1" TEXT="Alerts">
<richcontent TYPE="NOTE"><html><head></head><body><div class="admonition note"><p class="admonition-title">Note</p><p>Something to know.</p></div><div class="admonition tip"><p class="admonition-title">Tip</p><p>Something <em>useful</em>.</p><p>With a second paragraph.</p></div><div class="admonition important"><p class="admonition-title">Important</p><ul><li>a list</li><li>within</li></ul></div><div class="admonition warning"><p class="admonition-title">Warning</p><pre><code class="language-sh">rm -rf build
</code></pre></div><div class="admonition caution"><p class="admonition-title">Caution</p><p>The last kind.</p></div><blockquote><p>[!UNKNOWN]
This is a quote and no alert.</p></blockquote><ul><li><div class="admonition note"><p class="admonition-title">Note</p><p>Within a list.</p></div></li></ul></body></html></richcontent>
</node>
</map>
