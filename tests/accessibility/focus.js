// How the keyboard goes over a page: `prepare` lists what should be reached, in the order of the document; `step` says
// after each Tab what is wrong with the one that has the focus now, and `left` whether the one before it looked focused.
window.focusing = {
  prepare() {
    document.body.tabIndex = -1
    document.body.focus()
    const one = "a[href], button, input, select, textarea, summary, [tabindex='0']"
    this.expected = [...document.querySelectorAll(one)].filter(element =>
      element.checkVisibility({ visibilityProperty: true }) && !element.disabled && !element.closest("[aria-hidden='true']"))
    this.before = null
    return this.expected.length
  },

  // The element itself, what is in it and what is around it: any of these may carry the sign.
  looks(element) {
    const around = []
    for (let one = element.parentElement; one && around.length < 4; one = one.parentElement) around.push(one)
    return [element, ...element.querySelectorAll("*"), ...around].map(one => {
      const style = getComputedStyle(one)
      const outline = style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2
        ? "none" : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`
      return [outline, style.boxShadow, style.borderColor, style.stroke, style.strokeWidth].join("; ")
    }).join(" | ")
  },

  // The part of a box that no edge of the screen, nor of anything that scrolls, cuts off.
  shown(box, element) {
    const edges = [new DOMRect(0, 0, innerWidth, innerHeight)]
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement)
      if (getComputedStyle(one).overflowX !== "visible") edges.push(one.getBoundingClientRect())
    const left = Math.max(box.left, ...edges.map(edge => edge.left)), right = Math.min(box.right, ...edges.map(edge => edge.right))
    const top = Math.max(box.top, ...edges.map(edge => edge.top)), bottom = Math.min(box.bottom, ...edges.map(edge => edge.bottom))
    return [(left + right) / 2, (top + bottom) / 2]
  },

  covered(element) {
    const shapes = element instanceof SVGElement ? [...element.children] : [element]
    const points = shapes.flatMap(shape => [...shape.getClientRects()].map(box => this.shown(box, shape)))
    return !points.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y)
      return hit && (element.contains(hit) || hit.contains(element) && getComputedStyle(hit).position !== "fixed")
    })
  },

  name(element) {
    return `<${element.localName}> ${(element.getAttribute("href") || element.id || element.textContent.trim()).slice(0, 60)}`
  },

  left() {
    const { before } = this
    this.before = null
    return before && before.looks === this.looks(before.element) ? [`looks the same: ${this.name(before.element)}`] : []
  },

  step(place) {
    document.getAnimations().forEach(animation => animation.finish())
    const wrong = this.left()
    const element = document.activeElement
    const next = this.expected[place]
    if (element !== next) wrong.push(`reached ${this.name(element)} instead of ${this.name(next)}`)
    if (this.covered(element)) wrong.push(`covered: ${this.name(element)}`)
    this.before = { element, looks: this.looks(element) }
    return wrong
  },
}
