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

/** Saves what a chart shows now, however many drawings it is made of, one below the other. */
export function saveSvg(drawings: readonly SVGSVGElement[], title: string): void {
  download(new Blob([alone(drawings).text], { type: 'image/svg+xml' }), `${title}.svg`);
}

export async function savePng(drawings: readonly SVGSVGElement[], title: string): Promise<void> {
  const { text, width, height } = alone(drawings);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = url;
  await image.decode();
  URL.revokeObjectURL(url);
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob !== null && download(blob, `${title}.png`));
}

/** The chart as a document that needs no style sheet, and its size in pixels. */
function alone(drawings: readonly SVGSVGElement[]): { text: string; width: number; height: number } {
  const width = Math.max(...drawings.map((svg) => svg.clientWidth));
  const whole = document.createElementNS(namespace, 'svg');
  const paper = document.createElementNS(namespace, 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', getComputedStyle(document.documentElement).backgroundColor);
  whole.append(paper);
  let height = 0;
  for (const svg of drawings) {
    const copy = styled(svg);
    copy.setAttribute('y', String(height));
    whole.append(copy);
    height += svg.clientHeight;
  }
  whole.setAttribute('width', String(width));
  whole.setAttribute('height', String(height));
  whole.setAttribute('viewBox', `0 0 ${width} ${height}`);
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

/** A copy in which stands in attributes what the page's styles made of the drawing. */
function styled(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  for (const [index, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(originals[index] as Element);
    for (const name of copied) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute('class');
    element.removeAttribute('style');
  }
  return copy;
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').toLowerCase();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
