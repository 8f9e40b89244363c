import { attach } from "./player.js";

for (const root of document.querySelectorAll("[data-player]")) attach(root);
