// Keeps the keyboard's place. An answer often takes away the very field that was just used; the browser then starts the
// next Tab at the top of the page. Here it starts in the part of the page that the field stood in.

let place = [] // the field that had the focus last and what it stood in, the innermost first

function remember(event) {
  place = []
  for (let one = event.target; one instanceof Element && one !== document.body; one = one.parentElement) place.push(one)
}

function goOn() {
  if (!place.length || place[0].isConnected || document.activeElement !== document.body) return
  const left = place.find(one => one.isConnected)
  place = []
  if (!left) return
  const had = left.getAttribute("tabindex")
  left.tabIndex = -1
  left.focus({ preventScroll: true })
  left.blur() // nothing looks chosen; the next Tab goes on from here all the same
  if (had === null) left.removeAttribute("tabindex")
  else left.setAttribute("tabindex", had)
}

export default function () {
  if (document.kpiKeepsPlace) return
  document.kpiKeepsPlace = true // of all that draw this, one is enough
  document.addEventListener("focusin", remember)
  new MutationObserver(goOn).observe(document.body, { childList: true, subtree: true })
}
