package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.MxPacking;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads, packs and writes rows of tensors, with memory of its own for one slab. One a thread. */
final class SlabEncoder {
  /** Numbers in a slab, unless one row alone has more. */
  static final int NUMBERS = 1 << 20;

  private final ScaleRule rule;
  private final OutputShards out;
  private ByteBuffer bytes = NumberReader.buffer(0);
  private ByteBuffer codes = NumberReader.buffer(0);
  private ByteBuffer scales = NumberReader.buffer(0);
  private float[] numbers = {};

  SlabEncoder(ScaleRule rule, OutputShards out) {
    this.rule = rule;
    this.out = out;
  }

  /** Rows of one tensor. */
  record Slab(Planned tensor, Parts parts, NumberReader reader, long firstRow, int rows) {
    void read(ByteBuffer bytes, float[] numbers) {
      reader.read(firstRow, rows, bytes, numbers);
    }

    long sourceBytes() {
      return (long) rows * tensor.width() * tensor.type().bytes();
    }
  }

  void encode(Slab slab) throws IOException {
    int n = slab.rows() * slab.tensor().width();
    if (numbers.length < n) {
      numbers = new float[n];
      bytes = NumberReader.buffer(n * Float.BYTES);
      codes = NumberReader.buffer(n);
      scales = NumberReader.buffer(n / MxPacking.GROUP + 1);
    }
    if (slab.tensor().format().isEmpty()) {
      slab.read(bytes, numbers);
      keep(slab, n);
      return;
    }
    QuantFormat format = slab.tensor().format().orElseThrow();
    switch (format.mode()) {
      case MXFP4, MXFP8 -> packGroups(slab, n, MxEncoder.of(format.mode()));
      case NVFP4, AFFINE -> packByMlx(slab, format);
    }
  }

  private void packGroups(Slab slab, int n, MxEncoder encoder) throws IOException {
    switch (rule) {
      case BEST -> pack(slab, n, encoder);
      case MLX -> packAsMlx(slab, n, encoder);
    }
    List<Parts.Part> parts = slab.parts().parts();
    write(parts.get(0), slab, codes.clear().limit(encoder.codeBytes(n)));
    write(parts.get(1), slab, scales.clear().limit(n / MxPacking.GROUP));
  }

  // The formats that have no scale to choose are MLX's, on the one thread that it has.
  private void packByMlx(Slab slab, QuantFormat format) throws IOException {
    slab.read(bytes, numbers);
    int width = slab.tensor().width();
    DType type = DType.ofSafetensors(slab.tensor().keptType().name()).orElseThrow();
    List<byte[]> packed =
        EngineThread.get()
            .call(
                () -> {
                  if (EngineThread.get().device().isEmpty()) {
                    EngineThread.get().use(Device.CPU);
                  }
                  try (var _ = Scope.open()) {
                    float[] rows = Arrays.copyOf(numbers, slab.rows() * width);
                    Array w = Ops.astype(Array.of(rows, slab.rows(), width), type);
                    Fast.Packed p = Fast.quantize(w, format.group(), format.bits(), format.mode());
                    List<byte[]> parts = new ArrayList<>();
                    parts.add(p.weight().toBytes());
                    parts.add(p.scales().toBytes());
                    p.biases().ifPresent(b -> parts.add(b.toBytes()));
                    return parts;
                  }
                });
    for (int i = 0; i < packed.size(); i++) {
      write(slab.parts().parts().get(i), slab, ByteBuffer.wrap(packed.get(i)));
    }
  }

  private void pack(Slab slab, int n, MxEncoder encoder) {
    DType type = DType.ofSafetensors(slab.tensor().type().name()).orElseThrow();
    if (slab.tensor().type() == FloatType.F8_E4M3) {
      slab.read(bytes, numbers);
      bytes.clear().asFloatBuffer().put(numbers, 0, n);
      type = DType.FLOAT32;
    } else {
      slab.reader().readBytes(slab.firstRow(), slab.rows(), bytes);
    }
    if (!MxPacking.encode(bytes, type, n, encoder.bits(), codes, scales)) {
      // Says where the number is that is not finite.
      slab.read(bytes, numbers);
    }
  }

  private void packAsMlx(Slab slab, int n, MxEncoder encoder) {
    slab.read(bytes, numbers);
    byte[] packed = new byte[encoder.codeBytes(n)];
    byte[] exponents = new byte[n / MxPacking.GROUP];
    encoder.encodeAsMlx(numbers, n, slab.tensor().keptType(), packed, exponents);
    codes.clear().put(packed);
    scales.clear().put(exponents);
  }

  private void keep(Slab slab, int n) throws IOException {
    if (slab.tensor().type() == FloatType.F8_E4M3) {
      bytes.clear();
      for (int i = 0; i < n; i++) {
        float rounded = FloatType.BF16.round(numbers[i]);
        bytes.putShort((short) (Float.floatToRawIntBits(rounded) >>> Short.SIZE));
      }
      bytes.flip();
    } else {
      bytes.rewind();
    }
    write(slab.parts().parts().getFirst(), slab, bytes);
  }

  private void write(Parts.Part part, Slab slab, ByteBuffer from) throws IOException {
    out.write(part.name(), slab.firstRow() * part.rowBytes(), from);
  }
}
