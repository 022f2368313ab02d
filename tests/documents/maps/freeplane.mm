<map version="freeplane 1.11.5">
<!--To view this file, download free mind mapping software Freeplane from https://www.freeplane.org -->
<attribute_registry SHOW_ATTRIBUTES="hide"/>
<node TEXT="A lighthouse" FOLDED="false" ID="ID_1" CREATED="1600000000001" MODIFIED="1600000000002" STYLE="oval">
<font SIZE="18"/>
<hook NAME="MapStyle">
    <properties fit_to_viewport="false" edgeColorConfiguration="#808080ff,#ff0000ff"/>

<map_styles>
<stylenode LOCALIZED_TEXT="styles.root_node" STYLE="oval">
<stylenode LOCALIZED_TEXT="styles.important" ID="ID_9"><icon BUILTIN="yes"/><arrowlink DESTINATION="ID_9"/></stylenode>
</stylenode>
</map_styles>
</hook>
<hook NAME="AutomaticEdgeColor" COUNTER="3" RULE="ON_BRANCH_CREATION"/>
<node TEXT="How far one sees" POSITION="bottom_or_right" ID="ID_2">
<edge COLOR="#ff0000" DASH="CLOSE_DOTS"/>
<icon BUILTIN="idea"/>
<richcontent TYPE="DETAILS" CONTENT-TYPE="xml/">
<html>
  <head>
    
  </head>
  <body>
    <p>
      from a height of <i>h</i> metres, see <a href="#ID_5">the lamp</a>
    </p>
  </body>
</html></richcontent>
<richcontent TYPE="NOTE" CONTENT-TYPE="plain/markdown">
    <text>Rules of thumb:

- 10 m: **11** km
- 40 m: **23** km</text>
</richcontent>
<node TEXT="d \approx 3.57 \sqrt{h}" ID="ID_3" FORMAT="latexPatternFormat"/>
<node TEXT="with the height of the ship" ID="ID_4">
<hook EQUATION="d = 3.57 (\sqrt{h_1} + \sqrt{h_2})" NAME="plugins/latex/LatexNodeHook.properties"/>
</node>
<node TEXT="=3.57 * Math.sqrt(40)" ID="ID_10"/>
</node>
<node TEXT="The lamp" POSITION="top_or_left" ID="ID_5" COLOR="#333300" BACKGROUND_COLOR="#ffff00">
<font BOLD="true"/>
<arrowlink SHAPE="CUBIC_CURVE" COLOR="#000000" WIDTH="2" TRANSPARENCY="80" DASH="7 7" FONT_SIZE="9" DESTINATION="ID_2" MIDDLE_LABEL="decides" STARTARROW="NONE" ENDARROW="DEFAULT"/>
<icon BUILTIN="emoji-1F526"/>
<attribute NAME="power" VALUE="1000" OBJECT="org.freeplane.features.format.FormattedNumber|1000"/>
<node TEXT="" ID="ID_6"><hook NAME="FirstGroupNode"/></node>
<node TEXT="Lens" ID="ID_7"><icon BUILTIN="checked"/></node>
<node TEXT="Clockwork" ID="ID_8"><icon BUILTIN="unchecked"/><font BOLD="true" ITALIC="true"/></node>
<node TEXT="" ID="ID_11"><hook NAME="SummaryNode"/>
<node TEXT="to be cleaned on Mondays" ID="ID_12"/>
</node>
</node>
<node TEXT="Seen from the pier" POSITION="top_or_left" ID="ID_13" TAGS="sea&#xa;1873">
<hook NAME="FreeNode"/>
<hook NAME="ExternalObject" URI="images/site.png" SIZE="0.5"/>
<richcontent TYPE="NOTE" CONTENT-TYPE="plain/">
    <text>In the morning.

See https://example.org/pier</text>
</richcontent>
<node TREE_ID="ID_7" ID="ID_14"/>
</node>
</node>
</map>
