"""Each operator on tiny cases: the converted graph against TFLite's own definition, in numpy."""

import unittest

import numpy as np

from convert.tflite_reader import Graph, Operator, Tensor, UnsupportedModel

try:
    from convert.tests import onnx_numpy
    from convert.tflite_to_onnx import convert, same_padding
except ModuleNotFoundError as error:
    raise unittest.SkipTest(f"needs python3-onnx ({error})") from error


def random(*shape, seed=7):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def to_nchw(array):
    return np.moveaxis(array, 3, 1) if array.ndim == 4 else array


def converted(layout, name, source, constants, out_shape, **options):
    """Output of a graph of one operator, with its numbers in TFLite's order."""
    tensors = [Tensor("in", source.shape)]
    tensors += [Tensor(f"c{i}", c.shape, c) for i, c in enumerate(constants)]
    tensors.append(Tensor("out", tuple(out_shape)))
    last = len(tensors) - 1
    inputs = list(range(last))
    graph = Graph(tensors, [Operator(name, inputs, [last], options)], [0], [last])
    model = convert(graph, layout, ["in"], [("out", tuple(out_shape))], "test")
    fed = to_nchw(source) if layout == "image" else source
    return onnx_numpy.run(model, {"in": fed})["out"]


def tflite_convolution(source, kernel, bias, strides, padding, dilations, depthwise):
    """TFLite's CONV_2D and DEPTHWISE_CONV_2D, place by place: NHWC, kernel OHWI or 1HWC."""
    _, height, width, _ = source.shape
    size = kernel.shape[1:3]
    span = [(size[i] - 1) * dilations[i] + 1 for i in (0, 1)]
    if padding == "SAME":
        out = [-(-height // strides[0]), -(-width // strides[1])]
    else:
        out = [(height - span[0]) // strides[0] + 1, (width - span[1]) // strides[1] + 1]
    channels = kernel.shape[3] if depthwise else kernel.shape[0]
    result = np.zeros((1, *out, channels), np.float32)
    lead = [0, 0]
    if padding == "SAME":
        for i, length in enumerate((height, width)):
            lead[i] = max((out[i] - 1) * strides[i] + span[i] - length, 0) // 2
    for y in range(out[0]):
        for x in range(out[1]):
            total = bias.astype(np.float32).copy()
            for i in range(size[0]):
                for j in range(size[1]):
                    row = y * strides[0] + i * dilations[0] - lead[0]
                    column = x * strides[1] + j * dilations[1] - lead[1]
                    if not (0 <= row < height and 0 <= column < width):
                        continue
                    pixel = source[0, row, column]
                    if depthwise:
                        total += pixel * kernel[0, i, j]
                    else:
                        total += kernel[:, i, j, :] @ pixel
            result[0, y, x] = total
    return result


class ConvolutionTest(unittest.TestCase):
    CASES = [
        # height, width, kernel, strides, padding, dilations
        (6, 6, (3, 3), (1, 1), "SAME", (1, 1)),
        (8, 8, (5, 5), (2, 2), "SAME", (1, 1)),
        (7, 5, (3, 3), (2, 2), "SAME", (1, 1)),
        (8, 6, (2, 2), (2, 2), "VALID", (1, 1)),
        (9, 9, (3, 3), (1, 1), "SAME", (2, 2)),
        (6, 9, (1, 3), (1, 2), "VALID", (1, 1)),
    ]

    def check(self, depthwise):
        for height, width, size, strides, padding, dilations in self.CASES:
            with self.subTest(height=height, size=size, strides=strides, padding=padding):
                source = random(1, height, width, 4, seed=1)
                shape = (1, *size, 4) if depthwise else (3, *size, 4)
                kernel = random(*shape, seed=2).astype(np.float16)
                bias = random(4 if depthwise else 3, seed=3)
                expected = tflite_convolution(
                    source,
                    kernel.astype(np.float32),
                    bias,
                    strides,
                    padding,
                    dilations,
                    depthwise,
                )
                actual = converted(
                    "image",
                    "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D",
                    source,
                    [kernel, bias],
                    expected.shape,
                    strides=strides,
                    padding=padding,
                    dilations=dilations,
                    activation="NONE",
                )
                np.testing.assert_allclose(actual, expected, atol=1e-5)

    def test_convolution(self):
        self.check(depthwise=False)

    def test_depthwise_convolution(self):
        self.check(depthwise=True)

    def test_fused_relu(self):
        source, kernel, bias = random(1, 4, 4, 2), random(3, 1, 1, 2), random(3)
        expected = np.maximum(source @ kernel[:, 0, 0].T + bias, 0)
        for layout in ("image", "points"):
            actual = converted(
                layout,
                "CONV_2D",
                source,
                [kernel, bias],
                (1, 4, 4, 3),
                strides=(1, 1),
                padding="VALID",
                dilations=(1, 1),
                activation="RELU",
            )
            np.testing.assert_allclose(actual, expected, atol=1e-6)

    def test_same_padding_puts_the_odd_pixel_behind(self):
        self.assertEqual(same_padding(128, 5, 2, 1), (1, 2))
        self.assertEqual(same_padding(256, 3, 2, 1), (0, 1))
        self.assertEqual(same_padding(7, 3, 2, 1), (1, 1))
        self.assertEqual(same_padding(4, 1, 2, 1), (0, 0))


class ImageTest(unittest.TestCase):
    def test_prelu_has_a_slope_for_each_channel(self):
        source = random(1, 3, 5, 4)
        slopes = np.array([[[0.25, -1.5, 0.0, 19.0]]], np.float16)
        expected = np.where(source > 0, source, source * slopes.astype(np.float32))
        actual = converted("image", "PRELU", source, [slopes], source.shape)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=2e-5)

    def test_max_pool(self):
        source = random(1, 5, 4, 2)
        padded = np.pad(source, ((0, 0), (0, 1), (0, 0), (0, 0)), constant_values=-np.inf)
        expected = padded.reshape(1, 3, 2, 2, 2, 2).max((2, 4))
        options = {"strides": (2, 2), "kernel": (2, 2), "padding": "SAME", "activation": "NONE"}
        actual = converted("image", "MAX_POOL_2D", source, [], expected.shape, **options)
        np.testing.assert_array_equal(actual, expected)

    def test_pad_of_channels_and_of_rows(self):
        source = random(1, 2, 3, 2)
        for pairs in ([[0, 0], [0, 0], [0, 0], [0, 3]], [[0, 0], [1, 2], [0, 0], [0, 0]]):
            expected = np.pad(source, pairs)
            constants = [np.array(pairs, np.int32)]
            actual = converted("image", "PAD", source, constants, expected.shape)
            np.testing.assert_array_equal(actual, expected)

    def test_reshape_counts_as_tflite_does(self):
        source = random(1, 2, 3, 4)
        actual = converted("image", "RESHAPE", source, [], (1, 12, 2))
        np.testing.assert_array_equal(actual, source.reshape(1, 12, 2))

    def test_concatenation_of_channels(self):
        source, other = random(1, 2, 3, 2), random(1, 2, 3, 1, seed=8)
        expected = np.concatenate([source, other], 3)
        options = {"axis": -1, "activation": "NONE"}
        actual = converted("image", "CONCATENATION", source, [other], expected.shape, **options)
        np.testing.assert_array_equal(actual, expected)

    def test_what_is_not_for_pictures_is_refused(self):
        with self.assertRaisesRegex(UnsupportedModel, "TRANSPOSE"):
            constants = [np.array([0, 2, 1, 3], np.int32)]
            converted("image", "TRANSPOSE", random(1, 2, 3, 4), constants, (1, 3, 2, 4))


class PointsTest(unittest.TestCase):
    def test_arithmetic(self):
        source, other = random(1, 4, 3), random(3, seed=8)
        cases = {
            "ADD": source + other,
            "SUB": source - other,
            "MUL": source * other,
            "DIV": source / other,
            "SQUARED_DIFFERENCE": (source - other) ** 2,
        }
        for name, expected in cases.items():
            with self.subTest(name):
                options = {"activation": "NONE"}
                actual = converted("points", name, source, [other], expected.shape, **options)
                np.testing.assert_allclose(actual, expected, rtol=1e-6)

    def test_functions_of_one_tensor(self):
        source = np.abs(random(1, 4, 3)) + 0.1
        cases = {
            "NEG": -source,
            "SQRT": np.sqrt(source),
            "RSQRT": 1 / np.sqrt(source),
            "LOGISTIC": 1 / (1 + np.exp(-source)),
        }
        for name, expected in cases.items():
            with self.subTest(name):
                actual = converted("points", name, source, [], source.shape)
                np.testing.assert_allclose(actual, expected, rtol=1e-6)

    def test_means_and_sums(self):
        source = random(1, 4, 3)
        for name, function in (("MEAN", np.mean), ("SUM", np.sum)):
            for axis, keep in ((-2, True), (2, False)):
                with self.subTest(name, axis=axis):
                    expected = function(source, axis, keepdims=keep)
                    constants = [np.array([axis], np.int32)]
                    options = {"keep_dims": keep}
                    actual = converted("points", name, source, constants, expected.shape, **options)
                    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)

    def test_transpose(self):
        source = random(1, 2, 3, 4)
        constants = [np.array([0, 1, 3, 2], np.int32)]
        actual = converted("points", "TRANSPOSE", source, constants, (1, 2, 4, 3))
        np.testing.assert_array_equal(actual, source.transpose(0, 1, 3, 2))

    def test_slices(self):
        source = random(1, 5, 4)
        cases = [
            # begin, end, masks (begin, end, ellipsis, new axis, shrink), expected
            ([0, 1, 0], [0, 3, 0], (5, 5, 0, 0, 0), source[:, 1:3, :]),
            ([0, 2, 1], [1, 0, 3], (1, 1, 0, 0, 2), source[:, 2, 1:3]),
        ]
        for begin, end, masks, expected in cases:
            with self.subTest(begin):
                bounds = [np.array(v, np.int32) for v in (begin, end, [1, 1, 1])]
                options = {"masks": masks}
                actual = converted(
                    "points", "STRIDED_SLICE", source, bounds, expected.shape, **options
                )
                np.testing.assert_array_equal(actual, expected)

    def test_a_larger_convolution_is_refused(self):
        options = {"strides": (1, 1), "padding": "SAME", "dilations": (1, 1), "activation": "NONE"}
        with self.assertRaisesRegex(UnsupportedModel, "1x1"):
            constants = [random(1, 3, 3, 2), random(1)]
            converted("points", "CONV_2D", random(1, 4, 4, 2), constants, (1, 4, 4, 1), **options)


if __name__ == "__main__":
    unittest.main()
