package dev.hale.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.scan.Canonical;
import dev.hale.scan.Grid;
import dev.hale.scan.Scan;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NiftiAgainstNibabelTest {
  private static final int FILES = 60;

  /** Random files: type, byte order, version, packing, scaling, and which transforms have codes. */
  private static final String MAKE =
      """
      import nibabel as nib, numpy as np, sys
      rng = np.random.default_rng(7)
      types = ['u1', 'i1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']
      for n in range(int(sys.argv[1])):
          t = np.dtype(types[n % 10]).newbyteorder('<>'[n // 10 % 2])
          shape = tuple(rng.integers(2, 8, 3))
          data = (rng.normal(0, 30, shape)).astype('f8')
          raw = (np.clip(data, 0, 200) if t.kind == 'u' else np.clip(data, -100, 100)).astype(t)
          two = n % 3 == 0
          head = (nib.Nifti2Header if two else nib.Nifti1Header)(endianness='<>'[n // 10 % 2])
          # Any order and flip of the axes, tilted by less than what makes "closest" ambiguous.
          tilt, _ = np.linalg.qr(np.eye(3) + rng.uniform(-0.25, 0.25, (3, 3)))
          q = tilt @ np.eye(3)[rng.permutation(3)] * rng.choice([-1, 1], 3)
          affine = np.eye(4)
          affine[:3, :3] = q * rng.uniform(0.5, 4, 3)
          affine[:3, 3] = rng.normal(0, 60, 3)
          sheared = affine.copy()
          sheared[:3, :3] += rng.normal(0, 0.05, (3, 3))
          image = (nib.Nifti2Image if two else nib.Nifti1Image)(raw, affine, head, dtype=t)
          image.set_data_dtype(t)
          image.set_sform(sheared, [0, 1, 2, 4][n % 4])
          image.set_qform(affine, [0, 1, 3][n // 4 % 3])
          image.header.set_xyzt_units('mm', 'sec')
          if t.kind != 'f' and n % 2:
              image.header.set_slope_inter(0.25, 3)
          image.to_filename('%d.nii%s' % (n, '.gz' if n % 5 else ''))
          image = nib.load('%d.nii%s' % (n, '.gz' if n % 5 else ''))
          np.save('%d.data.npy' % n, image.get_fdata())
          np.save('%d.affine.npy' % n, image.affine)
          turned = nib.as_closest_canonical(image)
          np.save('%d.ras.npy' % n, turned.get_fdata())
          np.save('%d.ras-affine.npy' % n, turned.affine)
      """;

  private static final String CHECK =
      """
      import nibabel as nib, numpy as np, sys
      for n in range(int(sys.argv[1])):
          before = nib.load('%d.nii%s' % (n, '.gz' if n % 5 else ''))
          after = nib.load('%d.map.nii.gz' % n)
          assert (after.affine == before.affine).all(), (n, after.affine, before.affine)
          assert after.get_data_dtype() == np.float32 and after.shape == before.shape, n
          for field in ('qform_code', 'sform_code', 'pixdim', 'xyzt_units', 'quatern_b',
                        'quatern_c', 'quatern_d', 'qoffset_x', 'srow_x', 'srow_y', 'srow_z'):
              assert (after.header[field] == before.header[field]).all(), (n, field)
          assert (after.get_fdata() == before.get_fdata().astype('f4')).all(), n
          mask = nib.load('%d.mask.nii' % n)
          assert (mask.affine == before.affine).all(), n
          assert mask.get_data_dtype() == np.uint8, n
          assert (mask.get_fdata() == (before.get_fdata() > 0)).all(), n
      """;

  @TempDir Path folder;

  @Test
  void valuesAffinesAndCanonicalOrderAreThoseOfNibabel() throws Exception {
    Nibabel.run(folder, MAKE, "" + FILES);
    for (int n = 0; n < FILES; n++) {
      Scan scan = Nifti.read(folder.resolve(n + (n % 5 != 0 ? ".nii.gz" : ".nii")));
      Grid grid = scan.grid();
      // nibabel indexes [i, j, k] with k fastest.
      float[] expected = turned(Npy.read(folder.resolve(n + ".data.npy")));
      assertArrayEquals(expected, scan.voxels(), "values of file " + n);
      double[] affine = Npy.read(folder.resolve(n + ".affine.npy")).doubles();
      assertArrayEquals(affine, grid.affine(), 1e-6, "affine of file " + n);
      Canonical canonical = Canonical.of(grid);
      NpyArray ras = Npy.read(folder.resolve(n + ".ras.npy"));
      int[] size = {canonical.grid().nx(), canonical.grid().ny(), canonical.grid().nz()};
      assertArrayEquals(ras.shape(), size, "canonical size of file " + n);
      assertArrayEquals(turned(ras), canonical.toCanonical(scan.voxels()));
      double[] rasAffine = Npy.read(folder.resolve(n + ".ras-affine.npy")).doubles();
      assertArrayEquals(rasAffine, canonical.grid().affine(), 1e-4);
      assertArrayEquals(scan.voxels(), canonical.toSource(canonical.toCanonical(scan.voxels())));
    }
  }

  @Test
  void writtenMapsLieWhereTheInputLiesInNibabel() throws Exception {
    Nibabel.run(folder, MAKE, "" + FILES);
    for (int n = 0; n < FILES; n++) {
      Scan scan = Nifti.read(folder.resolve(n + (n % 5 != 0 ? ".nii.gz" : ".nii")));
      Nifti.writeMap(folder.resolve(n + ".map.nii.gz"), scan.grid(), scan.voxels());
      byte[] mask = new byte[scan.grid().size()];
      for (int v = 0; v < mask.length; v++) {
        mask[v] = (byte) (scan.voxels()[v] > 0 ? 1 : 0);
      }
      Nifti.writeMask(folder.resolve(n + ".mask.nii"), scan.grid(), mask);
    }
    Nibabel.run(folder, CHECK, "" + FILES);
  }

  private static float[] turned(NpyArray array) {
    int[] shape = array.shape();
    assertEquals(3, shape.length);
    float[] values = array.floats();
    float[] turned = new float[values.length];
    for (int i = 0, from = 0; i < shape[0]; i++) {
      for (int j = 0; j < shape[1]; j++) {
        for (int k = 0; k < shape[2]; k++) {
          turned[i + shape[0] * (j + shape[1] * k)] = values[from++];
        }
      }
    }
    return turned;
  }
}
