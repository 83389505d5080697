// Warns who leaves a form in which something is typed or chosen that was not saved.
{
  const form = document.querySelector("#content-main form[id$=_form]")
  const told = ([name, value]) => [name, value instanceof File ? value.name : value]
  const chosen = () => [...form.querySelectorAll("select.filtered option")].map(option => option.value)
  const filled = () => JSON.stringify([[...new FormData(form)].map(told), chosen()])
  let arrived
  let saving = false
  // A form that comes back refused holds what was never saved. Django fills in lists of its own before the page is whole.
  const refused = document.querySelector(".errornote, .conflict")
  addEventListener("load", () => { arrived = filled() })
  addEventListener("pageshow", () => { saving = false })
  form?.addEventListener("submit", () => { saving = true })
  if (form) addEventListener("beforeunload", event => {
    if (!saving && arrived !== undefined && (refused || filled() !== arrived)) event.preventDefault()
  })
}
