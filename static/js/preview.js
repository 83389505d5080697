// Shows below a long text how it will look, as the portal itself renders it, a moment after somebody stops typing.
document.querySelectorAll("textarea[data-preview]").forEach(area => {
  const preview = document.createElement("details")
  const summary = document.createElement("summary")
  const shown = document.createElement("div")
  summary.textContent = `Voorbeeld van ‘${area.labels[0].textContent.replace(/:?\s*$/, "").toLowerCase()}’`
  preview.className = "preview"
  preview.open = true
  preview.append(summary, shown)
  area.closest(".form-row").append(preview)

  let asked = new AbortController()
  const show = async () => {
    asked.abort()
    asked = new AbortController()
    const body = new FormData()
    body.append("text", area.value)
    body.append("csrfmiddlewaretoken", area.form.elements.csrfmiddlewaretoken.value)
    try {
      const answer = await fetch(area.dataset.preview, { method: "POST", body, signal: asked.signal, redirect: "error" })
      if (!answer.ok) throw new Error(answer.status)
      shown.innerHTML = await answer.text()
    } catch (error) {
      if (error.name !== "AbortError") shown.textContent = "Er is nu geen voorbeeld. Ben je nog aangemeld?"
    }
  }
  let waiting
  area.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(show, 400)
  })
  if (area.value) show()
})
