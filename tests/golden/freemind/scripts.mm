<map version="1.0.1">
<node ID="topic-1" TEXT="Scripts">
<richcontent TYPE="NOTE"><html><head></head><body><p>Latin with accents: Příliš žluťoučký kůň, Ἀθῆναι, ångström, İstanbul, Việt Nam, naïve.</p><p>Greek: Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.</p><p>Cyrillic: Съешь ещё этих мягких французских булок.</p><p>Hebrew: שלום עולם, with English inside: שלום world עולם.</p><p>Arabic: مرحبا بالعالم, with numbers: عام 2024.</p><p>Devanagari: नमस्ते दुनिया. Thai: สวัสดีชาวโลก.</p><p>Chinese: 你好，世界。 Japanese: こんにちは世界。カタカナ。 Korean: 안녕하세요 세계.</p><p>Emoji: 😀 👍🏽 👩‍👩‍👧‍👦 🇦🇹 ❤️.</p><p>Combining: é is e and an accent, ȩ̶̂ has several. Mathematical: ∀x ∈ ℝ: ⌈x⌉ = −⌊−x⌋.</p><p>Private use: . Rare: 𓀀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢.</p><table border="1"><thead><tr><th>Script</th><th>Sample</th></tr></thead><tbody><tr><td>Hebrew</td><td><em>שלום</em></td></tr><tr><td>Japanese</td><td><strong>こんにちは</strong></td></tr><tr><td>Emoji</td><td><code>😀</code></td></tr></tbody></table></body></html></richcontent>
</node>
</map>
