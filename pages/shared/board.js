// Draws a board (kpi/present/board.py). All texts are set as text, never as markup; only the icons, which are our own,
// are drawings. One cell at a time is in the tab order; the arrow keys move between cells, Enter or a click opens what
// the cell names.

const SVG = "http://www.w3.org/2000/svg"
const LINES = { trend: [132, 22], heat: [64, 15], small: [46, 15] } // width and height of trends, in pixels
const HEAT = { "past limit": 14, missed: 8, missing: 14, withdrawn: 14, late: 8 } // how strongly a figure's cell takes the colour of its state, in percent
const drawn = new WeakMap() // parentElement -> what was drawn last

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== "") made.setAttribute(name, value)
  made.append(...children)
  return made
}

function isDark(parent) {
  const colour = getComputedStyle(parent.host ?? parent).getPropertyValue("--st-background-color").trim()
  const hex = colour.match(/^#([0-9a-f]{6})/i)
  const rgb = hex ? [0, 2, 4].map(i => parseInt(hex[1].slice(i, i + 2), 16)) : (colour.match(/\d+/g) ?? [255, 255, 255]).map(Number)
  return 0.3 * rgb[0] + 0.6 * rgb[1] + 0.1 * rgb[2] < 128
}

function shape(look, dark) {
  return element("i", { class: "shape", style: `color:${look[dark ? 2 : 1]}`, "aria-hidden": "true" }, look[0])
}

function drawing(width, height) {
  const svg = document.createElementNS(SVG, "svg")
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }))
    svg.setAttribute(name, value)
  return svg
}

function add(svg, tag, attributes) {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  svg.append(made)
}

function icon(found, dark) {
  const svg = drawing(16, 16)
  svg.setAttribute("class", "icon")
  svg.style.color = found[dark ? 2 : 1]
  svg.innerHTML = found[0]
  return svg
}

function icons(names, known, dark) {
  const made = element("span", { class: "icons" })
  for (const name of names) made.append(icon(known[name], dark), element("span", { class: "hidden" }, `, ${known[name][3]}`))
  return made
}

function pill(look, text, dark) {
  return element("span", { class: "pill", style: `--hue:${look[dark ? 2 : 1]}` }, text)
}

// A stretch of a scale from 0 to 100, with a tick for the value itself.
function stretch([from, to, mark]) {
  const [width, height] = [74, 9]
  const svg = drawing(width, height)
  const x = place => 3 + (place / 100) * (width - 6)
  add(svg, "line", { class: "scale", x1: x(0), x2: x(100), y1: height / 2, y2: height / 2 })
  add(svg, "line", { class: "stretch", x1: x(from), x2: x(to), y1: height / 2, y2: height / 2 })
  add(svg, "line", { class: "tick", x1: x(mark), x2: x(mark), y1: 0, y2: height })
  return svg
}

function sparkline(text, colour, [width, height]) {
  const [line, target] = text.split("|")
  const x = i => 2 + (i * (width - 5)) / Math.max(line.length - 1, 1)
  const y = digit => height - 2 - (parseInt(digit, 36) / 35) * (height - 4)
  const svg = drawing(width, height)
  if (target !== undefined) add(svg, "line", { class: "target", x1: 0, x2: width, y1: y(target), y2: y(target) })
  const points = [...line].map((digit, i) => (digit === "." ? null : [x(i).toFixed(1), y(digit).toFixed(1)]))
  let path = ""
  points.forEach((point, i) => {
    if (!point) return
    path += (points[i - 1] ? "L" : "M") + point.join(",")
    if (!points[i - 1] && !points[i + 1] && i < points.length - 1) add(svg, "circle", { class: "alone", cx: point[0], cy: point[1], r: 1.3 })
  })
  add(svg, "path", { class: "line", d: path })
  const last = points.at(-1)
  if (last) add(svg, "circle", { cx: last[0], cy: last[1], r: 2.4, fill: colour })
  return svg
}

function address(opens) {
  const { page, ...filters } = opens
  const url = new URL(page ?? (filters.escalation ? "escalations" : filters.kpi ? "indicator" : "partner"), location.href)
  const kept = new URLSearchParams(location.search)
  for (const name of ["month", "window", "as_of", "partner"]) if (kept.get(name)) url.searchParams.set(name, kept.get(name))
  for (const [name, value] of Object.entries(filters)) url.searchParams.set(name, value)
  return url.href
}

// One new entry in the browser's history, then what the back button does: the app takes page and filters from the URL.
function open(opens) {
  history.pushState(null, "", address(opens))
  window.dispatchEvent(new PopStateEvent("popstate"))
}

function box(opens, tip, content) {
  if (!opens || !Object.keys(opens).length) return element("span", { class: "box", title: tip, tabindex: "-1" }, ...content)
  const link = element("a", { class: "box", title: tip, href: address(opens), tabindex: "-1" }, ...content)
  link.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(opens)
  }
  return link
}

function headCell(column) {
  const content = [element("span", { class: "main" }, column.name)]
  if (column.note) content.push(element("span", { class: "note" }, column.note))
  return element("th", { scope: "col", class: column.kind }, box(column.opens, column.tip, content))
}

function rowHead(row) {
  const content = [element("span", { class: "main" }, row.name)]
  if (row.note) content.push(element("span", { class: "note" }, row.note))
  return element("th", { scope: "row" }, box(row.opens, row.tip, content))
}

function bodyCell(cell, column, row, table, dark) {
  const look = table.looks[cell.s]
  const colour = look ? look[dark ? 2 : 1] : "currentColor"
  const main = element("span", { class: "main" })
  if (look) main.append(shape(look, dark), " ")
  if (cell.i && column.kind !== "heat") main.append(icons(cell.i, table.icons, dark), " ")
  if (column.kind !== "mark") main.append(cell.v ?? "")
  if (look) main.append(element("span", { class: "hidden" }, `, ${look[3]}`))
  const content = column.kind === "trend" ? [] : [main]
  if (cell.p) content.unshift(element("span", { class: "pills" }, ...cell.p.map(([state, text]) => pill(table.looks[state], text, dark))))
  if (cell.b) content.push(stretch(cell.b))
  const heat = column.kind === "heat" // three lines: value, trend, n with the icons
  if (cell.k) {
    const line = sparkline(cell.k, colour, LINES[column.kind] ?? LINES.small)
    if (heat || column.kind === "trend") content.push(line)
    else content.push(element("span", { class: "note" }, cell.n ?? "", line))
  } else if (cell.n && !heat) content.push(element("span", { class: "note" }, cell.n))
  if (heat) content.push(element("span", { class: "note" }, cell.n ?? "", icons(cell.i ?? [], table.icons, dark)))
  const made = element("td", { class: column.kind }, box(cell.o ?? { ...row.opens, ...column.opens }, cell.t, content))
  if (["heat", "figure", "day"].includes(column.kind) && HEAT[cell.s]) made.style.background = `color-mix(in srgb, ${colour} ${HEAT[cell.s]}%, transparent)`
  return made
}

function legendOf(table, dark) {
  const legend = element("div", { class: "legend" })
  for (const [text, light, darker, meaning] of Object.values(table.looks)) {
    const sign = text.length > 1 ? pill([text, light, darker], text, dark) : shape([text, light, darker], dark)
    legend.append(element("span", {}, sign, ` ${meaning}`))
  }
  for (const found of Object.values(table.icons)) legend.append(element("span", {}, icon(found, dark), ` ${found[3]}`))
  return legend
}

// A table wider than its place says so at the edge where it goes on.
function framed(scroll) {
  const sign = element("span", { class: "more", "aria-hidden": "true" }, "›")
  const frame = element("div", { class: "frame" }, scroll, sign)
  const look = () => {
    frame.classList.toggle("cut", scroll.scrollWidth - scroll.clientWidth - scroll.scrollLeft > 4)
    frame.classList.toggle("moved", scroll.scrollLeft > 4)
  }
  scroll.addEventListener("scroll", look, { passive: true })
  new ResizeObserver(look).observe(scroll)
  return frame
}

const rowsOf = table => [...table.rows].map(row => [...row.querySelectorAll(".box")]).filter(boxes => boxes.length)

// Row and column of the cell that has the focus; a table drawn anew, as after Enter, would else take it away.
function focused(root) {
  const table = root.querySelector("table")
  const at = root.getRootNode().activeElement?.closest(".box")
  if (!table || !at || !table.contains(at)) return null
  const rows = rowsOf(table)
  const row = rows.findIndex(boxes => boxes.includes(at))
  return { label: table.getAttribute("aria-label"), row, column: rows[row].indexOf(at) }
}

function focusAgain(table, place) {
  const to = place?.label === table.getAttribute("aria-label") && rowsOf(table)[place.row]?.[place.column]
  if (!to) return
  table.querySelector(".box[tabindex='0']").tabIndex = -1
  to.tabIndex = 0
  to.focus({ preventScroll: true })
}

function moveWithKeys(table) {
  const rows = rowsOf(table)
  if (rows.length) rows[0][0].tabIndex = 0
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
  table.onkeydown = event => {
    const step = steps[event.key]
    const from = event.target.closest(".box")
    if (!step || !from) return
    const r = rows.findIndex(boxes => boxes.includes(from))
    const next = rows[r + step[0]]?.[Math.min(rows[r].indexOf(from) + step[1], rows[r + step[0]].length - 1)]
    if (!next) return
    event.preventDefault()
    from.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  }
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".board")
  const dark = isDark(parentElement)
  const key = `${dark} ${location.search} ${data.tallest} ${data.table}`
  if (drawn.get(parentElement) === key) return
  drawn.set(parentElement, key)
  const table = JSON.parse(data.table)

  const head = element("tr", {}, element("th", { scope: "col" }, box(null, "", [element("span", { class: "main" }, table.corner)])))
  for (const column of table.columns) head.append(headCell(column))
  const body = element("tbody")
  for (const row of table.rows) {
    if (row.heading) {
      body.append(element("tr", {}, element("th", { class: "heading", scope: "rowgroup", colspan: table.columns.length + 1 }, row.heading)))
      continue
    }
    const cells = row.cells.map((cell, i) => bodyCell(cell, table.columns[i], row, table, dark))
    body.append(element("tr", {}, rowHead(row), ...cells))
  }
  const roomy = table.columns.length <= 4 ? "roomy" : "" // few columns: a figure's parts stand in one line
  const whole = element("table", { class: roomy, "aria-label": table.label }, element("thead", {}, head), body)
  moveWithKeys(whole)
  const scroll = element("div", { class: "scroll" }, whole)
  if (data.tallest) scroll.style.setProperty("--tallest", data.tallest)
  const place = focused(root)
  const scrolled = place ? root.querySelector(".scroll").scrollTop : 0
  root.replaceChildren(...(data.legend ? [legendOf(table, dark)] : []), framed(scroll))
  if (place) scroll.scrollTop = scrolled
  focusAgain(whole, place)
}
