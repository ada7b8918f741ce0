// The standard interpreter, headless: LiteRT compiled to WebAssembly, through its low-level bindings.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');

const wasmFolder = path.join(__dirname, 'node_modules/@litertjs/core/wasm');

async function start() {
  // The package is an ES module but its glue is CommonJS: a .cjs copy beside its .wasm can be required.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'litert-'));
  fs.copyFileSync(path.join(wasmFolder, 'litert_wasm_compat_internal.js'), path.join(folder, 'litert.cjs'));
  fs.copyFileSync(path.join(wasmFolder, 'litert_wasm_compat_internal.wasm'), path.join(folder, 'litert_wasm_compat_internal.wasm'));
  const factory = require(path.join(folder, 'litert.cjs'));
  const errors = [];
  const keep = (line) => { if (/ERROR/.test(line)) errors.push(line); };
  const module = await (factory.default || factory)({ locateFile: (f) => path.join(folder, f), print: keep, printErr: keep });
  const environment = module.LiteRtEnvironment.create(null);
  fs.rmSync(folder, { recursive: true });

  // Returns a function from one sample's input bytes to its output bytes.
  async function load(file) {
    errors.length = 0;
    const bytes = fs.readFileSync(file);
    const pointer = module._malloc(bytes.length);
    module.HEAPU8.set(bytes, pointer);
    const model = module.loadModel(environment, pointer, bytes.length);
    const compiled = await module.compileModel(environment, model, { accelerator: 'wasm' });
    const make = (count, type) => {
      const list = [];
      for (let i = 0; i < count; ++i) {
        const t = type(i);
        list.push({ bytes: t.bytes(), buffer: module.LiteRtTensorBuffer.createManaged(environment, module.LiteRtTensorBufferType.HOST_MEMORY, t, t.bytes()) });
      }
      return list;
    };
    const inputs = make(model.getSignature(0).inputNames().size(), (i) => model.getInputTensorType(0, i));
    return (sample) => {
      let at = 0;
      for (const input of inputs) {
        const to = input.buffer.lock(module.LiteRtTensorBufferLockMode.WRITE);
        module.HEAPU8.set(sample.subarray(at, at + input.bytes), to);
        input.buffer.unlock();
        at += input.bytes;
      }
      const outputs = compiled.run(0, inputs.map((i) => i.buffer));
      const parts = [];
      const size = (i) => model.getOutputTensorType(0, i).bytes();
      for (let i = 0; i < outputs.length; ++i) {
        const from = outputs[i].lock(module.LiteRtTensorBufferLockMode.READ);
        parts.push(Buffer.from(module.HEAPU8.slice(from, from + size(i))));
        outputs[i].unlock();
        outputs[i].delete();
      }
      if (errors.length) throw new Error(errors.join('\n'));
      return Buffer.concat(parts);
    };
  }
  return { load };
}

module.exports = { start, isInstalled: () => fs.existsSync(wasmFolder) };
