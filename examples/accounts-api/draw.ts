import { writeFileSync } from "node:fs";
import { arrowsOf, dotOf, PICTURE, svgOf } from "./graph.js";

writeFileSync(PICTURE, await svgOf(dotOf(arrowsOf())));
console.log(PICTURE);
