<map version="1.0.1">
<node ID="topic-1" TEXT="Text">
<richcontent TYPE="NOTE"><html><head></head><body><p>A paragraph with <em>emphasis</em>, <strong>strong</strong>, <em><strong>both</strong></em>, <del>struck</del>, <code>code</code>, and a mixture: <strong>strong with <em>emphasis</em> and
<del>struck <code>code</code></del> inside</strong>.</p><p>A line that ends<br/>with a hard break, and one that ends with a soft
one.</p><p>Characters that formats trip over: &lt; &gt; &amp; " ' \ / { } [ ] ( ) # % $ ^ _ ~ ` * | @ ! ? = + - ; : , .</p><p>Entities: &amp; &lt; © 😀  . Not entities: &amp; &amp;amp; AT&amp;T.</p><p>Typography: “quotes”, ‘single’, «guillemets», – en, — em, … and a non‑breaking hyphen, 1 000 km, soft­hyphen.</p><blockquote><p>A quote.</p><p>With two paragraphs.</p><blockquote><p>And a quote within.</p></blockquote></blockquote><hr/><hr/><p>One very long word: Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmitgliedsausweisnummer.</p><p>= a line that begins with an equals sign</p><p>; a line that begins with a semicolon</p><p>@ a line that begins with an at sign</p><p>. a line that begins with a dot</p></body></html></richcontent>
</node>
</map>
