"""How the published page looks, on a screen and on paper; constants only."""

ORNAMENT = (  # {name}: an id of its own for each part, because a hidden part draws no pattern
    '<svg class="ornament" aria-hidden="true" height="24">'
    '<defs><pattern id="{name}" width="48" height="24" patternUnits="userSpaceOnUse">'
    '<path d="M24 23V12C24 4 12 3 11 9.5c-.6 4 5 5.5 6 2M24 12c0-8 12-9 13-2.5.6 4-5 5.5-6 2M0 23h48" '
    'fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/></pattern></defs>'
    '<rect width="100%" height="24" fill="url(#{name})"/></svg>'
)

STYLE = """
:root{--ink:#14263a;--soft:#51657a;--line:#d5dee7;--paper:#fff;--ground:#f3f7fa;--brand:#00697f;--gold:#b98a14;
 --good:#0b6b3a;--good-ground:#e3f4ea;--bad:#9b1c1c;--bad-ground:#fbe9e9;--wait:#7a5200;--wait-ground:#fdf1d8}
@media(prefers-color-scheme:dark){:root{--ink:#e7eef5;--soft:#a3b4c4;--line:#2d3d4d;--paper:#14202c;--ground:#0d1720;
 --brand:#005a6d;--gold:#e0b44a;--good:#8fe0b0;--good-ground:#123524;--bad:#ffb0ab;--bad-ground:#451b1b;
 --wait:#f5cf86;--wait-ground:#3d2e0d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
 font:16px/1.55 "Noto Sans","Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
a{color:inherit;text-decoration-color:var(--gold);text-underline-offset:.18em}
a:focus-visible{outline:3px solid var(--gold);outline-offset:2px}
.languages{display:flex;justify-content:flex-end;gap:.4rem;max-width:72rem;margin:0 auto;padding:.6rem 1rem}
.languages a{padding:.4rem .8rem;border-radius:2rem;text-decoration:none;color:var(--soft)}
.languages a:hover{background:var(--line);color:var(--ink)}
section{max-width:72rem;margin:0 auto;padding:0 1rem 3rem;scroll-margin-top:4rem}
@supports selector(:has(*)){main>section{display:none}
 main>section:target,main>section:has(:target){display:block}
 main:not(:has(:target))>section:first-child{display:block}
 body:has(#kk:target,#kk :target) [href="#kk"],body:has(#ru:target,#ru :target) [href="#ru"],
 body:has(#en:target,#en :target) [href="#en"],body:not(:has(:target)) [href="#kk"]{background:var(--paper);
 color:var(--ink);box-shadow:inset 0 0 0 1px var(--line)}}
header{background:var(--brand);color:#fff;border-radius:1rem;padding:2rem 2.2rem 1.6rem;position:relative;overflow:hidden}
.ornament{position:absolute;inset:auto 0 0 0;width:100%;height:24px;color:#ffd875;opacity:.45}
.issuer{margin:0;font-size:1.05rem;opacity:.92}
h1{margin:.2rem 0 1.2rem;font-size:clamp(1.6rem,4vw,2.5rem);line-height:1.15;letter-spacing:-.01em}
header dl{display:flex;flex-wrap:wrap;gap:1rem 2.6rem;margin:0 0 1.2rem}
header dt{font-size:.82rem;opacity:.85}header dd{margin:0;font-size:1.05rem;font-weight:600}
h2{margin:2.2rem 0 .8rem;font-size:1.35rem}
h3{margin:0;font-size:1.2rem;display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
h4{margin:1.1rem 0 .35rem;font-size:.95rem;color:var(--soft);font-weight:600}
.lead{font-size:1.1rem;max-width:46rem;margin:1.4rem 0 0}
.note{background:var(--wait-ground);color:var(--wait);border-radius:.7rem;padding:.8rem 1rem;margin:1rem 0 0;font-weight:600}
.count,.small,.id{color:var(--soft);font-size:.9rem;margin:.2rem 0 .6rem}
.summary{background:var(--paper);border-radius:.8rem;overflow:hidden;box-shadow:0 0 0 1px var(--line)}
table{border-collapse:collapse;width:100%}
th,td{padding:.65rem .9rem;text-align:start;vertical-align:top;border-top:1px solid var(--line)}
thead th{border-top:0;font-size:.85rem;font-weight:600;color:var(--soft)}
article table th,article table td{padding:.35rem .7rem .35rem 0;font-size:.92rem}
td ul{list-style:none;margin:0;padding:0}
td:first-child a{font-weight:600}
.under{display:block;color:var(--soft);font-size:.88rem}
.badge{display:inline-block;white-space:nowrap;border-radius:2rem;padding:.08rem .65rem;font-size:.85rem;font-weight:600;
 background:var(--bad-ground);color:var(--bad)}
.badge.granted{background:var(--good-ground);color:var(--good)}
.badge.not_yet,.badge.suspended{background:var(--wait-ground);color:var(--wait)}
article{background:var(--paper);border-radius:.8rem;box-shadow:0 0 0 1px var(--line);padding:1.3rem 1.5rem;margin:0 0 1.1rem;
 scroll-margin-top:1rem}
article:target{box-shadow:0 0 0 3px var(--gold)}
article p{margin:.4rem 0}
.groups{columns:22rem;column-gap:2rem}.groups>div{break-inside:avoid}.groups h4{margin-top:0;padding-top:.9rem}
.groups dl,article>dl{display:grid;grid-template-columns:minmax(8.5rem,11rem) 1fr;gap:.25rem .9rem;margin:0;font-size:.92rem}
.groups dt,article>dl>dt{color:var(--soft)}.groups dd,article>dl>dd{margin:0;overflow-wrap:anywhere}
code,.code{font:.86em/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
footer{border-top:2px solid var(--gold);margin-top:2.5rem}
@media(max-width:42rem){header{padding:1.4rem 1.2rem 1.8rem}.summary thead{display:none}
 .summary tr{display:block;border-top:1px solid var(--line);padding:.5rem 0}
 .summary td{display:block;border:0;padding:.25rem .9rem}
 .groups dl,article>dl{grid-template-columns:1fr;gap:0}
 .groups dd,article>dl>dd{margin-bottom:.4rem}article{padding:1rem}article table{display:block;overflow-x:auto}}
@media print{@page{size:A4;margin:16mm 14mm 18mm}
 :root{--ink:#000;--soft:#333;--line:#999;--paper:#fff;--ground:#fff;--good:#000;--bad:#000;--wait:#000;
 --good-ground:#fff;--bad-ground:#fff;--wait-ground:#fff}
 html{font-size:9pt}body{font-size:1rem;background:#fff}.languages{display:none}section{max-width:none;padding:0 1px}
 header{background:none;color:#000;border-radius:0;border-bottom:2px solid #000;padding:0 0 7mm}
 .ornament{color:#000;opacity:.5}h1{font-size:20pt}
 .summary,article{box-shadow:none;border:1px solid #999;border-radius:0}
 .badge,.note{border:1px solid #000;padding:0 .5em}a{text-decoration:none}
 article{break-inside:auto;padding:4mm;margin-bottom:4mm}h2,h3,h4{break-after:avoid}tr,dt,dd{break-inside:avoid}
 thead{display:table-header-group}.groups{columns:2}}
"""
