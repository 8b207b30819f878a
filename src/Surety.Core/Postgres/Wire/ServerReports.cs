using System.Text;

namespace Surety.Core.Postgres.Wire;

/// <summary>Reads an ErrorResponse. Source: PostgreSQL manual, 55.8 "Error and Notice Message Fields".</summary>
internal static class ServerReports
{
    public static ServerReport Read(ReadOnlySpan<byte> payload, Encoding encoding)
    {
        var report = new ServerReport("ERROR", "XX000", "the server gave no reason", null);
        var reader = new PayloadReader(payload);
        while (reader.Byte() is var field and not 0)
        {
            var text = reader.Text(encoding);
            report = field switch
            {
                (byte)'V' => report with { Severity = text },
                (byte)'C' => report with { SqlState = text },
                (byte)'M' => report with { Message = text },
                (byte)'H' => report with { Hint = text },
                _ => report,
            };
        }
        return report;
    }
}
