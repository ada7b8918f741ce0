// Classes of a whole model in the standard interpreter against mote's, every disagreement listed.
//   node model.cjs MODEL.tflite IN.bin OURS.bin INPUT_BYTES OUTPUT_BYTES [least share that must agree, default 0.95]
'use strict';
const fs = require('fs');
const { start, isInstalled } = require('./litert.cjs');

async function main(model, inFile, outFile, inBytes, outBytes, least) {
  if (!isInstalled()) { console.log('the standard interpreter is not installed (./dev setup)'); process.exit(77); }
  const run = await (await start()).load(model);
  const input = fs.readFileSync(inFile), ours = fs.readFileSync(outFile);
  const largest = (bytes) => { let best = 0; for (let i = 1; i < bytes.length; ++i) if (bytes.readInt8(i) > bytes.readInt8(best)) best = i; return best; };
  let samples = 0, agree = 0, equal = 0;
  for (let at = 0, o = 0; at < input.length; at += inBytes, o += outBytes, ++samples) {
    const theirs = run(input.subarray(at, at + inBytes)), mine = ours.subarray(o, o + outBytes);
    if (theirs.equals(mine)) ++equal;
    if (largest(theirs) === largest(mine)) ++agree;
    else console.log(`window ${samples}: mote ${largest(mine)} [${[...new Int8Array(mine)]}], LiteRT ${largest(theirs)} [${[...new Int8Array(theirs)]}]`);
  }
  console.log(`LiteRT agrees on the class of ${agree} of ${samples} windows; ${equal} outputs are equal byte for byte`);
  process.exit(samples && agree >= samples * (least || 0.95) ? 0 : 1);
}
const [, , model, inFile, outFile, inBytes, outBytes, least] = process.argv;
main(model, inFile, outFile, +inBytes, +outBytes, +least).catch((e) => { console.error(e); process.exit(1); });
