using System.Text;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// In which bytes the session's SQL and its answers are. The server reports every change of <c>client_encoding</c>; the
/// pinned session sets it to the server's own encoding, which need not be UTF-8. Rows are never decoded.
/// Source: PostgreSQL manual, 24.3.1 "Supported Character Sets".
/// </summary>
internal sealed class ClientEncoding
{
    private string name = "UTF8";

    /// <summary>For reading: never fails, as names that can't be decoded only appear in messages.</summary>
    public Encoding Decoder { get; private set; } = Encoding.UTF8;

    /// <summary>Takes note where the parameter is the one of interest.</summary>
    public void Note(string parameter, string value)
    {
        if (parameter != "client_encoding")
        {
            return;
        }

        name = value;
        Decoder = Find(value) ?? Encoding.Latin1;
    }

    /// <summary>For writing: throws where the text has a character that the encoding lacks.</summary>
    public Encoding EncoderFor(string sql) =>
        Ascii.IsValid(sql)
            ? Encoding.ASCII
            : Find(name)
                ?? throw new SuretyException(
                    ErrorCode.QueryFailed,
                    $"names outside ASCII can't be sent in client_encoding {name}; nothing was changed",
                    "rename the objects, or convert the database to UTF8"
                );

    private static Encoding? Find(string postgresName)
    {
        var webName = WebNameOf(postgresName);
        if (webName is null)
        {
            return null;
        }

        return CodePagesEncodingProvider.Instance.GetEncoding(webName, Strict, Lenient)
            ?? Encoding.GetEncoding(webName, Strict, Lenient);
    }

    private static EncoderFallback Strict => EncoderFallback.ExceptionFallback;
    private static DecoderFallback Lenient => DecoderFallback.ReplacementFallback;

    private static string? WebNameOf(string postgresName) =>
        postgresName switch
        {
            "UTF8" => "utf-8",
            "SQL_ASCII" => "utf-8",
            "LATIN1" => "iso-8859-1",
            "LATIN2" => "iso-8859-2",
            "LATIN3" => "iso-8859-3",
            "LATIN4" => "iso-8859-4",
            "LATIN5" => "iso-8859-9",
            "LATIN7" => "iso-8859-13",
            "LATIN9" => "iso-8859-15",
            "ISO_8859_5" => "iso-8859-5",
            "ISO_8859_6" => "iso-8859-6",
            "ISO_8859_7" => "iso-8859-7",
            "ISO_8859_8" => "iso-8859-8",
            "WIN866" => "cp866",
            "WIN874" => "windows-874",
            "KOI8R" => "koi8-r",
            "KOI8U" => "koi8-u",
            "EUC_JP" => "euc-jp",
            "EUC_KR" => "euc-kr",
            "EUC_CN" => "gb2312",
            "SJIS" => "shift_jis",
            "BIG5" => "big5",
            "GBK" => "gbk",
            "UHC" => "ks_c_5601-1987",
            "GB18030" => "gb18030",
            _ when postgresName.StartsWith("WIN125", StringComparison.Ordinal) => $"windows-{postgresName[3..]}",
            _ => null,
        };
}
