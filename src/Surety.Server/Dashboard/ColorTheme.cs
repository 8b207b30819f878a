namespace Surety.Server.Dashboard;

/// <summary>Dark or light, as somebody chose it; else as his system is.</summary>
internal static class ColorTheme
{
    private const string Cookie = "surety-theme";
    private const string Light = "light";
    private const string Dark = "dark";
    private const string OfSystem = "auto";
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(365);

    public static string Of(HttpContext context) =>
        context.Request.Cookies[Cookie] is Light or Dark ? context.Request.Cookies[Cookie]! : OfSystem;

    /// <summary>What the button offers: light, dark, as the system is.</summary>
    public static string After(string theme) =>
        theme switch
        {
            OfSystem => Dark,
            Dark => Light,
            _ => OfSystem,
        };

    public static void Choose(HttpContext context, string theme) =>
        context.Response.Cookies.Append(
            Cookie,
            theme is Light or Dark ? theme : OfSystem,
            new CookieOptions
            {
                MaxAge = Lasts,
                SameSite = SameSiteMode.Lax,
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            }
        );
}
