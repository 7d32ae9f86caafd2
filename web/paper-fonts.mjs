// Cuts the four faces of Tinos (a metric twin of Times New Roman) down to what
// Vietnamese offices print, and puts them where the Go program embeds them:
// engine/paper/fonts/*.ttf. These are build output and never committed.
//
//   node web/paper-fonts.mjs
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import subsetFont from "subset-font";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "engine/paper/fonts");
const from = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/tinos/package.json"));

const faces = {
  "regular.ttf": "400Regular/Tinos_400Regular.ttf",
  "bold.ttf": "700Bold/Tinos_700Bold.ttf",
  "italic.ttf": "400Regular_Italic/Tinos_400Regular_Italic.ttf",
  "bold-italic.ttf": "700Bold_Italic/Tinos_700Bold_Italic.ttf",
};

const ranges = [
  [0x0020, 0x007e], // ASCII
  [0x00a0, 0x00ff], // Latin-1
  [0x0100, 0x024f], // Latin Extended-A and -B: Ă Đ Ĩ Ũ Ơ Ư, and foreign names
  [0x0300, 0x0309], [0x031b, 0x031b], [0x0323, 0x0323], // the Vietnamese marks alone
  [0x1ea0, 0x1ef9], // Vietnamese letters with stacked marks
  [0x2010, 0x2015], [0x2018, 0x201e], [0x2020, 0x2022], [0x2026, 0x2026], [0x2030, 0x2030], [0x2039, 0x203a], // punctuation
  [0x20ab, 0x20ac], // ₫ €
  [0x2116, 0x2116], [0x2153, 0x2154], [0x215b, 0x215e], // № and fractions
  [0x2190, 0x2195], // arrows
  [0x2212, 0x2212], [0x2248, 0x2248], [0x2260, 0x2260], [0x2264, 0x2265], // mathematics
  [0x25a0, 0x25a1], [0x25aa, 0x25ab], [0x25ca, 0x25cb], [0x25cf, 0x25cf], // squares and circles
  [0xfffd, 0xfffd], // what stands for a character the font lacks
];

let text = "";
for (const [first, last] of ranges) {
  for (let code = first; code <= last; code++) text += String.fromCodePoint(code);
}

await mkdir(out, { recursive: true });
for (const [name, source] of Object.entries(faces)) {
  const whole = await readFile(join(from, source));
  // The PDF writer shapes nothing: it needs one glyph a character and no layout tables.
  const cut = await subsetFont(whole, text, {
    targetFormat: "sfnt",
    keepFeatures: [],
    noLayoutClosure: true,
    preserveNameIds: [0, 13, 14], // the copyright and the licence travel with the font
    dropTables: ["GSUB", "GPOS", "GDEF", "DSIG", "kern"],
  });
  await writeFile(join(out, name), cut);
  console.log(`${name}: ${whole.length} -> ${cut.length} bytes`);
}

// Plates of doors and pictures to share are drawn in the font of the pages. Its package has each weight in two parts, the
// Latin letters and the Vietnamese ones; they stay two files, and each letter is drawn from the one that has it.
const sans = join(dirname(createRequire(import.meta.url).resolve("@fontsource/be-vietnam-pro/package.json")), "files");
for (const [weight, number] of [["regular", 400], ["bold", 600]]) {
  for (const part of ["latin", "vietnamese"]) {
    const whole = await readFile(join(sans, `be-vietnam-pro-${part}-${number}-normal.woff2`));
    const cut = await subsetFont(whole, text, {
      targetFormat: "sfnt", keepFeatures: [], noLayoutClosure: true, preserveNameIds: [0, 13, 14],
      dropTables: ["GSUB", "GPOS", "GDEF", "DSIG", "kern"],
    });
    await writeFile(join(out, `sans-${weight}-${part}.ttf`), cut);
    console.log(`sans-${weight}-${part}.ttf: ${cut.length} bytes`);
  }
}
