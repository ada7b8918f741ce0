// Every integer program of every op: what mote computed against the standard interpreter.
//   node programs.cjs FOLDER       (written by ops_test with MOTE_WRITE_PROGRAMS=FOLDER)
// With FOLDER/NAME.single (the generated C, built to round once) convolutions and dense layers must be equal.
'use strict';
const fs = require('fs');
const path = require('path');
const { start, isInstalled } = require('./litert.cjs');

// Ops that only move or select values, and softmax: equal. The rest requantizes: LiteRT does so in float, 1 LSB.
const exact = new Set(['max_pool2d', 'avg_pool2d', 'reshape', 'softmax', 'dequantize', 'pad', 'transpose', 'concatenation', 'logistic', 'tanh', 'relu6', 'split', 'pack', 'unpack', 'strided_slice']);
// Requantizing an int8 tensor uses an 8-bit multiplier there, at most 1 LSB as well.

const once16 = new Set(['dense', 'mul', 'mean', 'softmax', 'quantize', 'leaky_relu', 'relu', 'abs']);
const refused = new Set(['lstm']);

async function main(folder) {
  if (!isInstalled()) { console.log('the standard interpreter is not installed (./dev setup)'); process.exit(77); }
  const litert = await start();
  let failed = 0, checked = 0, single = 0;
  for (const line of fs.readFileSync(path.join(folder, 'index.tsv'), 'utf8').trim().split('\n')) {
    const [name, op, inBytes, outBytes, dtype] = line.split('\t');
    const input = fs.readFileSync(path.join(folder, name + '.in')), ours = fs.readFileSync(path.join(folder, name + '.out'));
    if (refused.has(op)) { console.log(`skip ${name}: LiteRT refuses variable tensors`); continue; }
    const run = await litert.load(path.join(folder, name + '.tflite'));
    const parts = [];
    for (let at = 0; at < input.length; at += +inBytes) parts.push(run(input.subarray(at, at + +inBytes)));
    const theirs = Buffer.concat(parts);
    if (theirs.length !== ours.length) throw new Error(`${name}: ${theirs.length} bytes, expected ${ours.length}`);
    const width = dtype === 'int16' ? 2 : 1;
    const compare = (mine) => {
      let differ = 0, most = 0;
      for (let i = 0; i < mine.length; i += width) {
        const d = width === 2 ? Math.abs(mine.readInt16LE(i) - theirs.readInt16LE(i))
          : dtype === 'int8' ? Math.abs(mine.readInt8(i) - theirs.readInt8(i)) : mine[i] === theirs[i] ? 0 : 255;
        if (d) ++differ;
        most = Math.max(most, d);
      }
      return { differ, most };
    };
    const { differ, most } = compare(ours);
    // int16 runs on reference kernels there. Its dense layer does not cut the multiplier to 16 bits; products, means
    // and the exponents of softmax are rounded once.
    const bound = dtype === 'int16' ? (once16.has(op) ? 1 : 0) : exact.has(op) ? 0 : 1;
    ++checked;
    if (most > bound) ++failed;
    let text = `${most > bound ? 'FAIL' : 'ok  '} ${name}: ${differ} of ${ours.length / width} values differ, most ${most} (bound ${bound})`;
    const singleFile = path.join(folder, name + '.single');
    if (fs.existsSync(singleFile)) {
      const once = compare(fs.readFileSync(singleFile));
      ++single;
      // XNNPACK scales in float32: at 24 bits of accumulator a rare depthwise value lands on the other side
      if (once.differ && op !== 'depthwise_conv2d') ++failed;
      text += `; rounding once: ${once.differ ? once.differ + ' differ' : 'equal'}`;
    }
    console.log(text);
  }
  console.log(`${checked} programs, ${single} also rounding once, ${failed} failures`);
  process.exit(failed || !checked ? 1 : 0);
}
main(process.argv[2]).catch((e) => { console.error(e); process.exit(1); });
