"""The reader on hand-made flatbuffers."""

import unittest

import numpy as np

from convert.tests.flatbuffer_writer import write
from convert.tflite_reader import UnsupportedModel, read_model

CONV_2D, GELU = 3, 150


def integers(*values):
    return np.array(values, np.int32)


def tiny_model(operator=CONV_2D, weights_type=1):
    """x [1,1,1,1] -> y with one weight of 1.5 in float16, stride 2 down and 3 across."""
    weights = np.array([1.5], np.float16).view(np.uint8)
    return write(
        {
            0: ("I", 3),
            1: [{0: ("b", min(operator, 127)), 3: ("i", operator)}],
            2: [
                {
                    0: [
                        {0: integers(1, 1, 1, 1), 2: ("I", 0), 3: "x"},
                        {0: integers(1, 1, 1, 1), 1: ("b", weights_type), 2: ("I", 1), 3: "w"},
                        {0: integers(1, 1, 1, 1), 2: ("I", 0), 3: "y"},
                    ],
                    1: integers(0),
                    2: integers(2),
                    3: [
                        {
                            0: ("I", 0),
                            1: integers(0, 1, -1),
                            2: integers(2),
                            4: {0: ("b", 1), 1: ("i", 3), 2: ("i", 2)},
                        }
                    ],
                }
            ],
            4: [{}, {0: weights}],
        }
    )


class ReaderTest(unittest.TestCase):
    def test_reads_tensors_operators_and_defaults(self):
        graph = read_model(tiny_model())
        self.assertEqual([t.name for t in graph.tensors], ["x", "w", "y"])
        self.assertIsNone(graph.tensors[0].data)
        self.assertEqual(graph.tensors[1].data.dtype, np.float16)
        self.assertEqual(graph.tensors[1].data.item(), 1.5)
        self.assertEqual((graph.inputs, graph.outputs), ([0], [2]))
        (op,) = graph.operators
        self.assertEqual((op.name, op.inputs, op.outputs), ("CONV_2D", [0, 1, -1], [2]))
        expected = {
            "padding": "VALID",
            "strides": (2, 3),
            "activation": "NONE",
            "dilations": (1, 1),
        }
        self.assertEqual(op.options, expected)

    def test_refuses_what_it_does_not_know(self):
        cases = [
            ("TFL3", b"GGUF" * 4),
            ("operator 150", tiny_model(operator=GELU)),
            ("tensor type 9", tiny_model(weights_type=9)),
        ]
        for named, data in cases:
            with self.subTest(named), self.assertRaisesRegex(UnsupportedModel, named):
                read_model(data)

    def test_refuses_a_file_cut_short_anywhere(self):
        data = tiny_model()
        for length in range(8, len(data) - 3, 4):
            with self.subTest(length), self.assertRaises(UnsupportedModel):
                read_model(data[:length])


if __name__ == "__main__":
    unittest.main()
