// Says aloud what Django's admin only shows: the search field in a choice of many, and what a column without a name is.
{
  const say = () => {
    document.querySelectorAll("select.select2-hidden-accessible[multiple]").forEach(select => {
      const box = select.nextElementSibling
      box.querySelector(".select2-search__field")?.setAttribute("aria-label", select.labels[0].textContent)
      box.querySelector(".select2-selection__rendered")?.setAttribute("role", "presentation")
    })
    document.querySelectorAll(".tabular th").forEach(header => {
      if (!header.textContent.trim()) header.outerHTML = header.outerHTML.replace(/^<th/, "<td").replace(/th>$/, "td>")
    })
  }
  window.django?.jQuery(say) // after Django's own, which makes those fields
  document.addEventListener("formset:added", say)
}
