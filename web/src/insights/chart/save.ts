const copied = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-family',
  'font-weight',
];
const namespace = 'http://www.w3.org/2000/svg';
/** A picture for a letter or a screen with twice the pixels. */
const scale = 2;

export function saveSvg(svg: SVGSVGElement | null, title: string): void {
  if (svg !== null) download(new Blob([alone(svg)], { type: 'image/svg+xml' }), `${title}.svg`);
}

export async function savePng(svg: SVGSVGElement | null, title: string): Promise<void> {
  if (svg === null) return;
  const url = URL.createObjectURL(new Blob([alone(svg)], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const canvas = document.createElement('canvas');
  canvas.width = svg.clientWidth * scale;
  canvas.height = svg.clientHeight * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob !== null && download(blob, `${title}.png`));
}

/** The chart as a document that needs no style sheet: what the page's styles made of it stands in attributes. */
function alone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  for (const [index, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(originals[index] as Element);
    for (const name of copied) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute('class');
    element.removeAttribute('style');
  }
  const paper = document.createElementNS(namespace, 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', getComputedStyle(document.documentElement).backgroundColor);
  copy.prepend(paper);
  copy.setAttribute('xmlns', namespace);
  copy.setAttribute('width', String(svg.clientWidth));
  copy.setAttribute('height', String(svg.clientHeight));
  return new XMLSerializer().serializeToString(copy);
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').toLowerCase();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
