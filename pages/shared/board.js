// Draws a board (kpi/present/board.py). All texts are set as text, never as markup. One cell at a time is in the tab
// order; the arrow keys move between cells, Enter or a click opens what the cell names.

const SVG = "http://www.w3.org/2000/svg"
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

function sparkline(text, colour, wide) {
  const [line, target] = text.split("|")
  const width = wide ? 132 : 46
  const height = wide ? 22 : 15
  const x = i => 2 + (i * (width - 5)) / Math.max(line.length - 1, 1)
  const y = digit => height - 2 - (parseInt(digit, 36) / 35) * (height - 4)
  const svg = document.createElementNS(SVG, "svg")
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }))
    svg.setAttribute(name, value)
  const add = (tag, attributes) => {
    const made = document.createElementNS(SVG, tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    svg.append(made)
  }
  if (target !== undefined) add("line", { class: "target", x1: 0, x2: width, y1: y(target), y2: y(target) })
  const points = [...line].map((digit, i) => (digit === "." ? null : [x(i).toFixed(1), y(digit).toFixed(1)]))
  let path = ""
  points.forEach((point, i) => {
    if (!point) return
    path += (points[i - 1] ? "L" : "M") + point.join(",")
    if (!points[i - 1] && !points[i + 1] && i < points.length - 1) add("circle", { class: "alone", cx: point[0], cy: point[1], r: 1.3 })
  })
  add("path", { class: "line", d: path })
  const last = points.at(-1)
  if (last) add("circle", { cx: last[0], cy: last[1], r: 2.4, fill: colour })
  return svg
}

function address(opens) {
  const url = new URL(opens.kpi ? "indicator" : "partner", location.href)
  const kept = new URLSearchParams(location.search)
  for (const name of ["month", "window", "as_of", "partner"]) if (kept.get(name)) url.searchParams.set(name, kept.get(name))
  for (const [name, value] of Object.entries(opens)) url.searchParams.set(name, value)
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

function rowHead(row, looks, dark) {
  const content = [element("span", { class: "main" }, row.name)]
  const note = element("span", { class: "note" })
  if (row.counts) {
    const counts = element("span", { class: "counts" })
    for (const [state, count] of row.counts)
      counts.append(element("span", {}, shape(looks[state], dark), `${count}`, element("span", { class: "hidden" }, ` ${looks[state][3]}`)))
    note.append(counts)
  }
  if (row.note) note.append(row.note)
  if (note.childNodes.length) content.push(note)
  return element("th", { scope: "row" }, box(row.opens, row.tip, content))
}

function bodyCell(cell, column, row, looks, dark) {
  const look = looks[cell.s]
  const main = element("span", { class: "main" })
  if (look) main.append(shape(look, dark), " ")
  if (column.kind !== "mark") main.append(cell.v ?? "")
  if (look) main.append(element("span", { class: "hidden" }, `, ${look[3]}`))
  const content = [main]
  const wide = column.kind === "trend"
  const line = cell.k ? sparkline(cell.k, look ? look[dark ? 2 : 1] : "currentColor", wide) : null
  if (wide) content.splice(0, 1, line ?? "")
  else if (cell.n || line) {
    const note = element("span", { class: "note" }, cell.n ?? "")
    if (line) note.append(line)
    content.push(note)
  }
  const made = element("td", { class: column.kind }, box({ ...row.opens, ...column.opens }, cell.t, content))
  if (cell.s === "past limit" && column.kind === "figure") made.style.background = `color-mix(in srgb, ${look[dark ? 2 : 1]} 9%, transparent)`
  return made
}

function moveWithKeys(table) {
  const rows = [...table.rows].map(row => [...row.querySelectorAll(".box")]).filter(boxes => boxes.length)
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

  const legend = element("div", { class: "legend" })
  for (const [state, look] of Object.entries(table.looks)) legend.append(element("span", {}, shape(look, dark), ` ${look[3]}`))

  const head = element("tr", {}, element("th", { scope: "col" }, box(null, "", [element("span", { class: "main" }, table.corner)])))
  for (const column of table.columns) head.append(headCell(column))
  const body = element("tbody")
  for (const row of table.rows) {
    if (row.heading) {
      body.append(element("tr", {}, element("th", { class: "heading", scope: "rowgroup", colspan: table.columns.length + 1 }, row.heading)))
      continue
    }
    const cells = row.cells.map((cell, i) => bodyCell(cell, table.columns[i], row, table.looks, dark))
    body.append(element("tr", {}, rowHead(row, table.looks, dark), ...cells))
  }
  const roomy = table.columns.length <= 4 ? "roomy" : "" // few columns: a figure's parts stand in one line
  const whole = element("table", { class: roomy, "aria-label": table.label }, element("thead", {}, head), body)
  moveWithKeys(whole)
  const scroll = element("div", { class: "scroll" }, whole)
  if (data.tallest) scroll.style.setProperty("--tallest", data.tallest)
  root.replaceChildren(...(data.legend ? [legend] : []), scroll)
}
