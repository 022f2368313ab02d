<map version="1.0.1">
<node ID="topic-1" TEXT="Math">
<richcontent TYPE="NOTE"><html><head></head><body><p>Inline: <code class="math">a^2 + b^2 = c^2</code>, <code class="math">\sqrt{x_1}</code>, <code class="math">x &lt; y \&amp; z</code>, and <code class="math">a_{1}</code>.</p><p><code class="math display">\int_0^\infty e^{-x^2} \, dx = \frac{\sqrt{\pi}}{2}</code></p><p>Within a line, displayed: <code class="math display">E = mc^2</code> and on.</p><ul><li>in a list: <code class="math">\alpha</code></li></ul><table border="1"><thead><tr><th>Formula</th><th>Value</th></tr></thead><tbody><tr><td><code class="math">\pi</code></td><td>3.14</td></tr></tbody></table><p>Not a formula: $5 and $6, a price of $7.</p></body></html></richcontent>
</node>
</map>
