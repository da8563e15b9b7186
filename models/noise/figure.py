"""The figure that sets real and rendered depth side by side, statistic by statistic."""

WIDTH, LEFT, RIGHT, TOP, ROW = 760, 232, 128, 84, 50
REAL_COLOUR, MADE_COLOUR = "#1f4e79", "#c2571a"
# What is drawn, in which words; the rest of the table is constant or a matter of the pose.
ROWS = {
    "residual_face_mm": ("Roughness of the face", "mm"),
    "residual_hair_mm": ("Roughness of the hair", "mm"),
    "row_noise_mm": ("Noise between rows", "mm"),
    "column_noise_mm": ("Noise between columns", "mm"),
    "correlation_1_column": ("Correlation, next column", ""),
    "correlation_1_row": ("Correlation, next row", ""),
    "correlation_2_columns": ("Correlation, two columns on", ""),
    "correlation_2_rows": ("Correlation, two rows on", ""),
    "holes_edge": ("Holes at the outline", "share"),
    "holes_hair": ("Holes in the hair", "share"),
    "flying_share": ("Flying pixels at edges", "share"),
    "flying_px": ("Size of a flying group", "px"),
    "outline_roughness_px": ("Raggedness of the outline", "px"),
}


def _box(row, y, at, colour):
    """Quartiles and median of one side of a statistic."""
    low, high = (at(value) for value in row["quartiles"])
    median = at(row["median"])
    return (
        f'<rect x="{low:.1f}" y="{y - 5}" width="{max(1.5, high - low):.1f}" height="10" '
        f'fill="{colour}" fill-opacity="0.35" stroke="{colour}"/>'
        f'<line x1="{median:.1f}" x2="{median:.1f}" y1="{y - 7}" y2="{y + 7}" '
        f'stroke="{colour}" stroke-width="2.5"/>'
    )


def figure(real, made, real_people, made_people):
    """SVG text: per statistic both distributions over people on one axis.

    real, made: {name: {median, quartiles}} of `depth_statistics.summary`.
    """
    names = [name for name in ROWS if name in real and name in made]
    height = TOP + ROW * len(names) + 24
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13" fill="#222">',
        "<title>Depth of a real Kinect v2 and of rendered faces through its noise model</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        '<text x="16" y="26" font-size="16" font-weight="bold">'
        "Depth of faces: a real Kinect v2 and the noise model</text>",
        '<text x="16" y="46" fill="#555">'
        "Box: the middle half of people. Tick: median (figures at the right)."
        "</text>",
        f'<rect x="16" y="58" width="12" height="10" fill="{REAL_COLOUR}"/>'
        f'<text x="34" y="67">real, {real_people} people</text>',
        f'<rect x="166" y="58" width="12" height="10" fill="{MADE_COLOUR}"/>'
        f'<text x="184" y="67">rendered, {made_people} people</text>',
    ]
    for number, name in enumerate(names):
        words, unit = ROWS[name]
        sides = (real[name], made[name])
        ends = [value for side in sides for value in side["quartiles"]] + [0.0]
        least, most = min(ends), max(ends)
        wide = (WIDTH - LEFT - RIGHT) / (most - least)

        def at(value, least=least, wide=wide):
            return LEFT + (value - least) * wide

        y = TOP + ROW * number + 16
        shown = f"{words}, {unit}" if unit else words
        out.append(f'<text x="16" y="{y + 12}">{shown}</text>')
        out.append(
            f'<line x1="{at(0):.1f}" x2="{at(0):.1f}" y1="{y - 10}" y2="{y + 26}" stroke="#bbb"/>'
            f'<text x="{at(0):.1f}" y="{y + 34}" font-size="9" fill="#777" '
            'text-anchor="middle">0</text>'
        )
        for down, side, colour in zip((0, 17), sides, (REAL_COLOUR, MADE_COLOUR)):
            out.append(_box(side, y + down, at, colour))
            out.append(
                f'<text x="{WIDTH - 16}" y="{y + down + 4}" text-anchor="end" '
                f'fill="{colour}">{side["median"]:.3f}</text>'
            )
    return "\n".join([*out, "</svg>\n"])
