import { catalogue } from './catalogue';

export const charts = catalogue(
  {
    menu: (chart: string) => `${chart}: table, CSV, picture`,
    asTable: 'Show as a table',
    copyCsv: 'Copy as CSV',
    copyPng: 'Copy as PNG',
    csvCopied: 'The numbers of the chart are in the clipboard, as CSV.',
    pngCopied: 'The picture of the chart is in the clipboard.',
  },
  {
    menu: (chart) => `${chart}: tabla, CSV, imagen`,
    asTable: 'Mostrar como tabla',
    copyCsv: 'Copiar como CSV',
    copyPng: 'Copiar como PNG',
    csvCopied: 'Los números de la gráfica están en el portapapeles, como CSV.',
    pngCopied: 'La imagen de la gráfica está en el portapapeles.',
  },
);
