<map version="1.0.1">
<node ID="topic-1" TEXT="Images">
<richcontent TYPE="NOTE"><html><head></head><body><p>A mountain, as PNG</p><p>In a line: as GIF between words, and as JPEG by reference.</p><table border="1"><thead><tr><th>Format</th><th>Picture</th></tr></thead><tbody><tr><td>WebP</td><td>as WebP</td></tr><tr><td>JPEG again</td><td>as JPEG</td></tr></tbody></table><p><a href="https://example.org/">A picture that is a link</a></p><p>Not there: a missing picture. On another server: a remote picture.</p><p>Not an image: just text. Without words: [Image].</p><p>With emphasis, code and a link in its words</p></body></html></richcontent>
</node>
</map>
