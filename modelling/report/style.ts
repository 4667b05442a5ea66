/** The style sheet of the report: a phone, a desk, paper; light, and dark where the reader wants it. */
import { colourVariables } from './colours.ts';
import { drawingStyle } from './drawings.ts';

const LIGHT = `
color-scheme:light;--ground:#f6f7f9;--card:#fff;--text:#1b2128;--quiet:#56606b;--line:#d9dee4;--link:#0b5cad;--bad:#b3261e;--bad-ground:#fdecea;--never:#a4adb8;--never-text:#6b7480;${colourVariables('light')}`;
const DARK = `
color-scheme:dark;--ground:#0d1117;--card:#151b23;--text:#e4e9ef;--quiet:#9aa5b1;--line:#2d3642;--link:#7cb8ff;--bad:#ff8a80;--bad-ground:#3a1a1a;--never:#535d69;--never-text:#8d98a5;${colourVariables('dark')}`;

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main{max-width:904px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.75rem;line-height:1.2;margin:.1em 0 .5em;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .5em;overflow-wrap:anywhere}
h3{font-size:1rem;margin:0 0 .4em;overflow-wrap:anywhere}
p{margin:0 0 .8em}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.85em}
code{overflow-wrap:anywhere}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;margin:16px 0;min-width:0}
#key-figures{background:none;border:0;padding:0}
figure{margin:0;min-width:0}
figcaption,.note{color:var(--quiet);font-size:.875rem;margin-top:.4em}
.maker{color:var(--quiet);margin:0;letter-spacing:.04em;font-size:.875rem}
.facts{display:flex;flex-wrap:wrap;gap:6px 24px;margin:0 0 12px}
.facts div{min-width:0}
.facts dt{color:var(--quiet);font-size:.8125rem}
.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.option{display:inline-block;max-width:100%}
.command{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px;margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:0;padding:0;font-size:.9375rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;list-style:none;margin:0 0 12px;padding:0}
.cards li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 12px;min-width:0}
.cards .name{display:block;color:var(--quiet);font-size:.8125rem}
.cards .value{display:block;font-size:1.25rem;font-weight:650;line-height:1.35;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.cards .owner{display:block;font-size:.75rem;font-weight:400;color:var(--quiet);margin-top:2px}
.bad{color:var(--bad)}
div.bad{background:var(--bad-ground);border:1px solid var(--bad);border-radius:10px;padding:12px 16px;margin:12px 0}
.verdict{font-weight:600}
.plot{display:block;height:auto;max-width:100%;overflow:visible;--plot-background:var(--card)}
.plot text{white-space:pre}
.plot.narrow{display:none}
.legend-swatches,.heat-legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.8125rem;margin:0 0 8px;padding:0;list-style:none}
.legend-swatch{display:inline-flex;align-items:center;gap:5px}
.legend-swatch svg{border-radius:3px;flex:none}
.grid{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:24px 20px}
.scroll{overflow-x:auto;max-width:100%}
.scroll:focus-visible{outline:2px solid var(--link)}
details{margin-top:10px}
summary{cursor:pointer;color:var(--link);font-size:.9375rem;overflow-wrap:anywhere}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:8px 0}
th,td{padding:4px 12px 4px 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th:first-child{text-align:left;font-weight:500}
thead th{color:var(--quiet);font-weight:500}
.chart-part{border-top:1px solid var(--line);padding-top:14px;margin-top:18px}
.chart svg{display:block;max-width:none}
.never-list{font-size:.8125rem;padding-left:1.2em;columns:22em;column-gap:24px}
.never-list li{break-inside:avoid}
.heat-legend li{display:flex;align-items:center;gap:6px}
.heat-legend li::before{content:'';width:22px;border-top:4px solid var(--never)}
.heat-legend .never::before{border-top:2px dashed var(--never)}
.chart .edge.never{color:var(--never)}
.chart .edge.never .way{stroke-dasharray:4 4}
.chart .transition.never text{fill:var(--never-text);font-style:italic}
footer{color:var(--quiet);font-size:.8125rem}
`;

/** Two digits of heat: the colour of the way and of the words, and the width of the way. */
const HEAT = Array.from({ length: 6 }, (_, at) => {
  const colour = `var(--heat-${at})`;
  return `.heat-legend .heat-${at}::before{border-color:${colour};border-top-width:${2 + at}px}
.chart .edge.heat-${at}{color:${colour}}
.chart .edge.heat-${at} .way{stroke-width:${1.5 + 0.6 * at}}
.chart .transition.heat-${at} text{fill:${colour};font-weight:600}`;
}).join('\n');

const NARROW = `
@media screen and (max-width:640px){
main{padding:14px 8px 32px}
h1{font-size:1.4rem}
section{padding:12px 8px;margin:12px 0}
.plot.wide{display:none}
.plot.narrow{display:block;margin:0 auto}
.grid{grid-template-columns:minmax(0,1fr)}
.cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
.cards .value{font-size:1.125rem}
}`;

const PRINT = `
@media print{
@page{margin:12mm}
body{background:#fff;font-size:11pt}
main{max-width:none;padding:0}
nav{display:none}
section,.cards li,.command{border-color:#ccc}
section{border:0;padding:0;margin:0 0 8mm}
figure,.cards li,tr{break-inside:avoid}
h2,h3,summary{break-after:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.plot,.chart svg{max-height:230mm;max-width:100%;height:auto}
.scroll{overflow:visible}
summary{color:inherit;font-size:.875rem;list-style:none}
details:not(.printed):not([open]){display:none}
.printed::details-content{content-visibility:visible;display:block;block-size:auto}
table{font-size:.75rem}
th{white-space:normal}
pre{white-space:pre-wrap}
}`;

/** Dark is for screens: paper is white. */
export function styleSheet(): string {
  return [
    `:root{${LIGHT}}`,
    drawingStyle('light'),
    `@media screen and (prefers-color-scheme:dark){:root{${DARK}}\n${drawingStyle('dark')}}`,
    ...[BASE, HEAT, NARROW, PRINT],
  ].join('\n');
}
