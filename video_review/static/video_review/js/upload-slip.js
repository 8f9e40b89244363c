// The slip with the patient's code can be printed.

document.querySelector("[data-print]").addEventListener("click", () => window.print());
