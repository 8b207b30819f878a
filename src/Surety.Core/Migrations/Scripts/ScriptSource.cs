using System.Text;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Scripts;

/// <summary>The text of a script, and where its lines are.</summary>
public sealed class ScriptSource
{
    // A script is held in memory as a whole, and a string cannot be longer than 2^30 characters.
    private const long LongestFile = 512L << 20;

    // psql reads bytes. What is not UTF-8 is some encoding that has ASCII in it, and only that matters for taking it apart.
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly int[] lines;

    public ScriptSource(string file, string text)
    {
        File = file;
        Text = text.StartsWith('\uFEFF') ? text[1..] : text;
        lines = FindLines(Text);
    }

    /// <summary>As the user named it; <c>-</c> for the standard input.</summary>
    public string File { get; }

    /// <summary>Without a byte order mark, which psql skips too.</summary>
    public string Text { get; }

    /// <exception cref="SuretyException">The file cannot be read.</exception>
    public static async Task<ScriptSource> ReadAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > LongestFile)
            {
                throw new SuretyException(
                    ErrorCode.InvalidArgument,
                    $"{name} has {length} bytes, more than a migration may have ({LongestFile}); nothing was done",
                    "Load data with psql or COPY, apart from migrations."
                );
            }

            return new ScriptSource(name, Decode(await System.IO.File.ReadAllBytesAsync(path, cancellationToken)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"cannot read {name}: {exception.Message}; nothing was done",
                "Name an SQL file, a folder of them, or - for the standard input.",
                exception
            );
        }
    }

    public static string Decode(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    public TextPosition PositionOf(int offset)
    {
        var found = Array.BinarySearch(lines, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new TextPosition(line + 1, offset - lines[line] + 1);
    }

    /// <summary>A line by its number, without its end.</summary>
    public string LineText(int number)
    {
        var start = lines[number - 1];
        var end = number < lines.Length ? lines[number] : Text.Length;
        return Text[start..end].TrimEnd('\r', '\n');
    }

    public int LineCount => lines.Length;

    private static int[] FindLines(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n'); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            starts.Add(i + 1);
        }

        return [.. starts];
    }
}

/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
public readonly record struct TextPosition(int Line, int Column);
