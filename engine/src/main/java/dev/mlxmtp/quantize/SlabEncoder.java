package dev.mlxmtp.quantize;

import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.MxPacking;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    MxEncoder encoder = MxEncoder.of(slab.tensor().format().orElseThrow().mode());
    switch (rule) {
      case BEST -> pack(slab, n, encoder);
      case MLX -> packAsMlx(slab, n, encoder);
    }
    List<Parts.Part> parts = slab.parts().parts();
    write(parts.get(0), slab, codes.clear().limit(encoder.codeBytes(n)));
    write(parts.get(1), slab, scales.clear().limit(n / MxPacking.GROUP));
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
