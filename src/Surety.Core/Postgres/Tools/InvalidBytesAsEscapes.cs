using System.Globalization;
using System.Text;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// Decodes UTF-8 with other bytes as <c>\xE9</c>: a database of encoding SQL_ASCII holds any, and two that differ must
/// not become the same replacement character.
/// </summary>
internal sealed class InvalidBytesAsEscapes : DecoderFallback
{
    private const int EscapeLength = 4;

    // An invalid sequence of UTF-8 is reported in pieces of at most three bytes.
    public override int MaxCharCount => 3 * EscapeLength;

    public static Encoding Utf8() =>
        Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new InvalidBytesAsEscapes());

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Escapes();

    private sealed class Escapes : DecoderFallbackBuffer
    {
        private string text = "";
        private int position;

        public override int Remaining => text.Length - position;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            text = string.Concat(bytesUnknown.Select(b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:X2}")));
            position = 0;
            return text.Length > 0;
        }

        public override char GetNextChar() => position < text.Length ? text[position++] : '\0';

        public override bool MovePrevious()
        {
            if (position == 0)
            {
                return false;
            }

            position--;
            return true;
        }

        public override void Reset() => (text, position) = ("", 0);
    }
}
