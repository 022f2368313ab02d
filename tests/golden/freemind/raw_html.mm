<map version="1.0.1">
<node ID="topic-1" TEXT="Raw HTML">
<richcontent TYPE="NOTE"><html><head></head><body><p>Inline: H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>+<kbd>C</kbd>, a<br/>break, red, a comment and <mark>marked</mark>.</p><p align="center">Markdown <em>between</em> the tags.</p><table border="1"><tbody><tr><td>a table</td><td>as HTML</td></tr></tbody></table><details><summary>A summary</summary><p>Hidden until opened.</p></details><p>Not safe: click, [Image].</p><p><a href="https://example.org/">https://example.org/</a></p><p>Not closed: <strong>bold to the end</strong></p></body></html></richcontent>
</node>
</map>
