using Headrace.Tests.Shared;
using Headrace.Ui.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Browser))]

namespace Headrace.Ui.Tests;

/// <summary>A Chromium without a window and one seeded head-end for all tests.</summary>
/// <remarks>
/// The browser is the one <c>HEADRACE_CHROMIUM</c> names, or the system's. Where there is none the tests are skipped, but with
/// <c>CI=true</c> they fail: there a missing browser is a fault.
/// </remarks>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
        "/snap/bin/chromium"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal SampleServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("HEADRACE_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);
        if (path is null) return;
        Server = await SampleServer.StartAsync(TestContext.Current.CancellationToken);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
    }

    /// <summary>Opens a page of the head-end. Skips the test where there is no browser.</summary>
    internal async Task<OpenPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light, int width = 1280, bool scripts = true)
    {
        if (_browser is null)
        {
            const string Missing = "No Chromium was found: install chromium, or name one with HEADRACE_CHROMIUM.";
            Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), Missing);
            Assert.Skip(Missing);
        }

        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Server.Address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var opened = new OpenPage(context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") opened.Complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => opened.Complaints.Enqueue(error);
        // The live connection never ends, so "network idle" is not waited for.
        await page.GotoAsync(path, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
        return opened;
    }
}

/// <summary>A page in a context of its own, and what the browser complained about.</summary>
internal sealed class OpenPage(IBrowserContext context, IPage page) : IAsyncDisposable
{
    public IPage Page => page;

    public System.Collections.Concurrent.ConcurrentQueue<string> Complaints { get; } = new();

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
