// Reads a file with a program that is not ours and prints what it found as JSON:
//   node read.mjs jcamp|nmrium|nmredata FILE
import fs from 'node:fs';

const [what, path] = process.argv.slice(2);

async function jcamp() {
  const { convert } = await import('jcampconverter');
  const { entries, flatten } = convert(fs.readFileSync(path, 'utf8'), { keepRecordsRegExp: /.*/ });
  const told = (entry) => ({
    title: entry.title,
    dataType: entry.dataType,
    meta: entry.meta,
    info: entry.info,
    spectra: (entry.spectra ?? []).map((one) => ({
      xUnits: one.xUnits,
      observeFrequency: one.observeFrequency,
      x: Array.from(one.data.x),
      y: Array.from(one.data.y ?? one.data.re ?? []),
    })),
    children: (entry.children ?? []).map(told),
  });
  return { blocks: (flatten ?? entries).map(told) };
}

async function nmrium() {
  const { NMRiumCore } = await import('@zakodium/nmrium-core');
  const bytes = new Uint8Array(fs.readFileSync(path));
  const { state } = await new NMRiumCore().readNMRiumArchive(bytes);
  return { version: state.version, spectra: state.data.spectra };
}

async function nmredata() {
  const { parseSDF, getNMReData } = await import('nmredata');
  const sdf = parseSDF(fs.readFileSync(path, 'utf8'), { mixedEOL: true });
  return { molecules: sdf.molecules.length, tags: getNMReData({ ...sdf, filename: path }) };
}

const readers = { jcamp, nmrium, nmredata };
const plain = (key, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
process.stdout.write(JSON.stringify(await readers[what](), plain));
